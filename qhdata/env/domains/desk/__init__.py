"""Desk: the questions of research with four short tools and one open filer; for small models."""

from qhdata.env.domain import Domain
from qhdata.env.domains.desk.tasks import (
    Difference,
    Growth,
    Largest,
    Lookup,
    NotStated,
    Total,
)
from qhdata.env.tools.answer import DECLINED
from qhdata.env.tools.desk import answer, calc, get, none

DOMAIN = Domain(
    name="desk",
    tools=(get, calc, answer, none),
    generators=(Lookup(), Difference(), Total(), Growth(), Largest(), NotStated()),
    policy="policy.md",
    package=__name__,
    graded=(DECLINED,),
    ends=("answer", "none"),
)
