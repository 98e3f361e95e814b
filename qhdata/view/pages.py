"""A page: sections of charts and tables, one file, no network, no script; text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qhdata.durable import write_bytes

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Chart:
    """One SVG of `charts`, with what it is called."""

    title: str
    svg: str
    legend: tuple[tuple[str, str], ...] = ()
    """(CSS class, words) of the colours, where there is more than one."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text of which some pieces are marked; lines stay lines."""

    pieces: tuple[tuple[str, bool], ...]
    """(text, whether it is marked)."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: numbers stand right, text left."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    folded: bool = False
    """Behind a line that opens it."""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with what belongs under it; charts first."""

    title: str
    intro: str = ""
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report."""

    title: str
    lead: str
    """One paragraph: what came in, what came out."""
    figures: tuple[tuple[str, str], ...]
    """(number, what it counts): the few that matter most."""
    sections: tuple[Section, ...]


FLOW_LEGEND = (("kept", "kept"), ("dropped", "dropped"), ("quarantined", "quarantined"))


def page_html(page: Page) -> str:
    """The page as one HTML file."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = _cell
    environment.filters["marked"] = lambda v: isinstance(v, Marked)
    environment.filters["numeric"] = lambda v: isinstance(v, int | float)
    environment.filters["numbers"] = _numbers
    # Charts are ours and escape what they quote: the only markup that is passed through.
    environment.filters["svg"] = Markup
    return environment.get_template("page.html").render(page=page)


def write_page(page: Page, path: Path) -> None:
    """Write the page durably."""
    write_bytes(path, page_html(page).encode("utf-8", "replace"))


def _numbers(grid: Grid, column: int) -> bool:
    """Whether a column is one of numbers: its first value says it."""
    values = (row[column] for row in grid.rows)
    return isinstance(next((v for v in values if v is not None), None), int | float)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return str(value)
