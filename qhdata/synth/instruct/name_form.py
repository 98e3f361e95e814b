"""Name the form of a filing from its cover.

The cover's own characters are the source: drafts are made only where the form's name stands in the
first lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar

from qhdata.step import Skip
from qhdata.synth.grid import source_at
from qhdata.synth.made import TextDraft, criterion
from qhdata.synth.material import Material

_FORM = re.compile(
    r"\bform\s+(10-K(?:/A)?|10-Q(?:/A)?|8-K(?:/A)?|20-F|6-K)(?![\w/])", re.IGNORECASE
)
_COVER, _SHOWN = 1500, 400
FORMS = ("10-K", "10-Q", "8-K", "10-K/A", "20-F")


class NameForm:
    """Main documents whose cover names the form."""

    name: ClassVar[str] = "filing.form"
    version: ClassVar[int] = 2

    def make(self, material: Material, rng: Random) -> Iterator[TextDraft | Skip]:
        """One draft for each document."""
        for document in material.documents:
            text = material.texts[document.doc_id]
            match = _FORM.search(text, 0, _COVER)
            if match is None:
                yield Skip("form_not_on_cover")
                continue
            form = match[1].upper()
            if form != document.form.upper():
                yield Skip("cover_names_another_form")
                continue
            if document.doc_type.upper() != form:
                yield Skip("no_cover")  # an exhibit, such as a certification, names the form too
                continue
            start = max(0, match.start() - _SHOWN // 2)
            shown = text[start : match.end() + _SHOWN // 2].strip()
            if any(mark in shown for mark in ("\\boxed", "<", "{")):
                yield Skip("hostile_text")
                continue
            brief = material.settings.wording == "brief"
            ask = (
                "Form?"
                if brief
                else "Which SEC form is this the cover of? Reply with the form's name only."
            )
            wrong = rng.choice(
                [other for other in FORMS if other not in form and form not in other]
            )
            yield TextDraft(
                generator=f"{self.name}@{self.version}",
                document=document,
                lang="en",
                prompt=f"{shown}\n\n{ask}",
                reply=f"Form {form}",
                sources=(
                    source_at(
                        document, material.corpus_digest, match.start(1), match.end(1), match[1]
                    ),
                ),
                criteria=(
                    criterion(
                        "form", f"It is {form}.", "contains_all", {"texts": [form]}, gate=True
                    ),
                    criterion("short", "In a few words.", "max_words", {"words": 6}, gate=True),
                ),
                wrong=((f"Form {wrong}", "wrong_form"),),
            )
