"""Current reports: an 8-K that furnishes results (items 2.02 and 9.01), tagged on its cover
only, as filed ones are."""

from __future__ import annotations

from datetime import date

from qhdata.universe.cover import cover, frame, house
from qhdata.universe.dates import Period, long_date
from qhdata.universe.filers import InventedFiler
from qhdata.universe.form_10k import Written
from qhdata.universe.inline_xbrl import Tagger
from qhdata.universe.markup import esc
from qhdata.universe.sheets import Sheets

ITEM_NAMES = {
    "2.02": "Results of Operations and Financial Condition",
    "5.02": "Departure of Directors or Certain Officers; Election of Directors; Appointment of "
    "Certain Officers; "
    "Compensatory Arrangements of Certain Officers",
    "7.01": "Regulation FD Disclosure",
    "9.01": "Financial Statements and Exhibits",
}


def current_report(
    filer: InventedFiler,
    day: date,
    what: str,
    items: tuple[str, ...],
    exhibits: tuple[tuple[str, str], ...],
) -> Written:
    """An 8-K of `day` about `what` (`results for fiscal 2024`)."""
    period = Period(day, day)
    tagger = Tagger(filer, day.year)
    sheets = Sheets(filer, house(filer), "Form 8-K")
    cover(sheets, tagger, "8-K", period)
    sections = []
    for item in items:
        sheets.item(f"Item {item}", ITEM_NAMES[item], f"i{item.replace('.', '_')}")
        sections.append((f"item{item}", "present"))
        if item == "2.02":
            sheets.say(
                f"On {long_date(day)}, {filer.name} issued a press release announcing its "
                f"{what}. A copy is furnished as Exhibit 99.1 "
                "and is incorporated by reference into this Item."
            )
        elif item == "7.01":
            sheets.say(
                f"{filer.name} also furnishes key figures as Exhibit 99.2. The information in "
                "this Item is not deemed filed."
            )
        elif item == "5.02":
            sheets.say(
                f"On {long_date(day)}, a director of {filer.name} informed the board that he "
                "will retire at the next annual meeting. The "
                "decision was not the result of any disagreement."
            )
        else:
            sheets.say("(d) Exhibits.")
            rows = [(number, esc(name)) for number, name in exhibits]
            sheets.put(sheets.markup.listing(rows, ("Exhibit No.", "Description")))
    sheets.say("SIGNATURE", bold=True, align="center")
    sheets.say(
        "Pursuant to the requirements of the Securities Exchange Act of 1934, the registrant has "
        "duly caused this report to be signed on its "
        f"behalf by the undersigned hereunto duly authorized. {filer.name}. By: /s/ "
        f"{filer.treasurer}, Chief Financial Officer. "
        f"Date: {long_date(day)}"
    )
    body = sheets.finish()
    return Written(frame(filer, tagger, body, day), tagger.facts, sections)
