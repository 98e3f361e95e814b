"""What is odd or lost in the facts of a document, counted by name in `extraction.notes`."""

from __future__ import annotations

FACT_NOTES = {
    "facts_unreadable": "kept as text: what is shown is no number or date that its format, scale "
    "and sign allow",
    "facts_bad_format": "of the unreadable: a format that no registry has, or that gives no number",
    "facts_bad_scale": "of the unreadable: a scale that is no whole number from -60 to 60",
    "facts_bad_sign": "of the unreadable: a sign that is not `-`, or a minus twice",
    "facts_unbound_format": "read by the format's local name though its prefix is not declared",
    "facts_bad_decimals": "without decimals: what is filed is neither a whole number nor INF",
    "facts_without_context": "without a period: the context is not named or not in the document",
    "facts_bad_period": "the context has no period, or a date that is none (left out), or ends "
    "before it starts",
    "facts_of_other_entity": "the context names another entity than the first context",
    "facts_of_other_target": "for another instance than the main one (`target`)",
    "facts_without_unit": "numbers without a unit, or with an id in its place that is not declared",
    "facts_without_name": "left out: no concept is named",
    "facts_nil_with_value": "nil, though something is shown",
    "facts_broken_chain": "text that ends early: it goes on where nothing is, or in what is "
    "another's",
    "facts_unplaced": "shown, but without a span: in a title or preformatted text",
    "facts_text_left_out": "text longer than `max_fact_text` that no span shows",
    "contexts_conflicting": "contexts under an id that has other content already; the first holds",
    "units_conflicting": "units under an id that has another measure already; the first holds",
    "continuations_conflicting": "continuations under an id that is taken; the first holds",
    "continuations_unreached": "continuations that no fact goes on in",
    "skipped_tuples": "left out: tuples",
    "skipped_tuple_facts": "left out: facts in tuples",
    "skipped_elements": "left out of an instance: neither facts nor known",
}
"""Name -> what it counts. A name that is not here is an error; one that counts nothing is absent.
"""


def no_notes() -> dict[str, int]:
    """All names at nought."""
    return dict.fromkeys(FACT_NOTES, 0)


def said(notes: dict[str, int]) -> dict[str, int]:
    """Those that count something, by name."""
    return {name: n for name, n in sorted(notes.items()) if n}
