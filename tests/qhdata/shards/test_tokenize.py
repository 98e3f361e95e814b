from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qhdata.shards.tokenize import Dropped, Slicer, Text

quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
texts = st.lists(
    st.sampled_from(["revenue ", "12.5", "\n", "\n\n", " | ", "净利润", "é", "€", "\t", "x"]),
    min_size=1, max_size=60,
).map("".join)  # fmt: skip


def doc(text: str, borders: tuple[int, ...] = ()) -> Text:
    return Text(doc_id="d", text=text, split="train", borders=borders)


@given(text=texts, context=st.integers(4, 40))
@quick
def test_nothing_is_lost_and_nothing_is_longer_than_the_context(tokenizer, text, context):
    found = Slicer(tokenizer, context).pieces(doc(text), tokenizer.encode(text))
    if not text.strip():
        assert found == Dropped("empty")
        return
    assert all(0 < len(p.ids) <= context for p in found)
    assert [i for p in found for i in p.ids.tolist()] == [*tokenizer.encode(text), tokenizer.eos]
    assert [(p.row.start, p.row.end) for p in found] == [
        (a.row.end if a else 0, b.row.end) for a, b in zip([None, *found], found, strict=False)
    ]
    assert found[-1].row.end == len(text)
    # Whole characters: each piece decodes to its stretch of the text.
    for piece in found:
        ids = [i for i in piece.ids.tolist() if i != tokenizer.eos]
        if context >= 12:
            assert tokenizer.decode(ids) == text[piece.row.start : piece.row.end]


def test_a_section_is_the_best_place_to_cut_then_a_blank_line_then_a_row(tokenizer):
    row = "| total | 1 |\n"
    for sign, borders in (("section", True), ("\nblank", False), ("row", False)):
        text = row * 6 + sign + row * 6
        at = text.index(sign.strip())
        size = len(tokenizer.encode(text[:at]))
        found = Slicer(tokenizer, size + 8).pieces(
            doc(text, (at,) if borders else ()), tokenizer.encode(text)
        )
        cut = found[0].row.end
        assert cut == at if sign != "row" else text[cut - 1] == "\n"
