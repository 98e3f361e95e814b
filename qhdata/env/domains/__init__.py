"""The domains, by name; a domain is imported when it is first asked for."""

from __future__ import annotations

from qhdata.env.domain import Domain
from qhdata.errors import UserError
from qhdata.recipe import load_object

DOMAINS = {
    "research": "qhdata.env.domains.research:DOMAIN",
    "desk": "qhdata.env.domains.desk:DOMAIN",
    "operations": "qhdata.env.domains.operations:DOMAIN",
}


def load_domain(name: str) -> Domain:
    """A domain by name. Raises UserError that names the known ones."""
    spec = DOMAINS.get(name) or (name if ":" in name else None)
    if spec is None:
        known = ", ".join(DOMAINS)
        raise UserError(what=f"unknown domain {name!r}", where="domain", mend=f"known: {known}")
    found = load_object(spec, "domain")
    if not isinstance(found, Domain):
        raise UserError(what=f"{spec} is not a Domain", where="domain")
    return found
