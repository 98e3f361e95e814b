"""Operations: keep a watch list and flag restatements; the end state is what is graded."""

from qhdata.env.domain import Domain
from qhdata.env.domains.operations.tasks import FlagRestated, MoveWatch, SetWatch
from qhdata.env.tools.arithmetic import calculate
from qhdata.env.tools.filings import find_filer, get_fact, list_facts
from qhdata.env.tools.operations import (
    CASE,
    FLAGS,
    WATCHES,
    add_watch,
    close_case,
    flag_restatement,
    list_watches,
    remove_watch,
)

DOMAIN = Domain(
    name="operations",
    tools=(
        find_filer,
        list_facts,
        get_fact,
        calculate,
        list_watches,
        add_watch,
        remove_watch,
        flag_restatement,
        close_case,
    ),
    generators=(SetWatch(), MoveWatch(), FlagRestated()),
    policy="policy.md",
    package=__name__,
    graded=(WATCHES, FLAGS, CASE),
    ends=("close_case",),
)
