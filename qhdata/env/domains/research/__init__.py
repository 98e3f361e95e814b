"""Research: questions about what filers reported, answered with look-ups and arithmetic."""

from qhdata.env.domain import Domain
from qhdata.env.domains.research.finding import NotStated, Restated, TwoHop
from qhdata.env.domains.research.tasks import (
    Difference,
    Growth,
    Largest,
    Lookup,
    Ratio,
    Total,
)
from qhdata.env.tools.answer import DECLINED, decline, submit_answer
from qhdata.env.tools.arithmetic import calculate
from qhdata.env.tools.filings import (
    find_filer,
    get_fact,
    list_facts,
    read_section,
    search_filings,
)

DOMAIN = Domain(
    name="research",
    tools=(
        find_filer,
        search_filings,
        read_section,
        list_facts,
        get_fact,
        calculate,
        submit_answer,
        decline,
    ),
    generators=(
        Lookup(),
        Difference(),
        Total(),
        Growth(),
        Ratio(),
        Largest(),
        Restated(),
        TwoHop(),
        NotStated(),
    ),
    policy="policy.md",
    package=__name__,
    graded=(DECLINED,),
    ends=("submit_answer", "decline"),
)
