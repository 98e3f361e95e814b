"""What the generators of instructions rest on: days, products, definitions, salience."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhdata.judge.rubric import check_all
from qhdata.step import Skip
from qhdata.synth.instruct.define_term import defined
from qhdata.synth.instruct.digest import NewsDigest
from qhdata.synth.instruct.digest import _runs as news_runs
from qhdata.synth.instruct.filing_deadline import DAYS, due_day
from qhdata.synth.instruct.label_product import named
from qhdata.synth.instruct.name_form import NameForm
from qhdata.synth.instruct.section_topic import topics_of
from qhdata.synth.made import TextDraft
from qhdata.synth.material import Material
from qhdata.synth.passages import hostile, salient, spoilt
from qhdata.synth.produce import generators_of
from qhdata.synth.prose import paragraphs


@pytest.mark.parametrize(
    ("form", "category", "end", "due"),
    [
        ("10-K", "large accelerated", "2023-12-31", "2024-02-29"),
        ("10-K", "accelerated", "2024-12-31", "2025-03-17"),  # 16 March is a Sunday
        ("10-K", "non-accelerated", "2024-12-31", "2025-03-31"),
        ("10-Q", "large accelerated", "2025-03-31", "2025-05-12"),  # 10 May is a Saturday
        ("10-Q", "non-accelerated", "2024-09-30", "2024-11-14"),
        ("10-K", "large accelerated", "2024-11-02", None),  # 1 January
        ("10-K", "accelerated", "2024-06-19", None),  # Labor Day
    ],
)
def test_days_by_which_reports_are_due(form: str, category: str, end: str, due: str | None) -> None:
    found = due_day(form, category, date.fromisoformat(end))
    assert (str(found) if found else None) == due


@given(st.dates(date(2000, 1, 1), date(2035, 1, 1)), st.sampled_from(sorted(DAYS)))
def test_a_due_day_is_a_working_day_within_two_of_the_plain_one(end: date, form: str) -> None:
    for category, days in DAYS[form].items():
        due = due_day(form, category, end)
        if due is not None:
            assert due.weekday() < 5
            assert days <= (due - end).days <= days + 2


@pytest.mark.parametrize(
    ("text", "lang", "labels"),
    [
        ("The Term Loan falls due in 2029.", "en", ["term loan"]),
        ("We issued convertible senior notes.", "en", ["convertible notes"]),
        ("We issued senior notes and drew the term loan.", "en", ["term loan", "senior notes"]),
        ("Nothing of that kind.", "en", []),
        ("公司发行了可转换公司债券。", "zh", ["可转换公司债券"]),
        ("购买银行理财产品。", "zh", ["银行理财产品"]),
    ],
)
def test_products_that_a_passage_names(text: str, lang: str, labels: list[str]) -> None:
    assert named(text, lang) == labels


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("“Adjusted EBITDA” means net income before interest, tax and depreciation.",
         "Adjusted EBITDA"),
        ("We define free cash flow as cash from operations less purchases of property.",
         "free cash flow"),
        ("Backlog is defined as orders that are not yet shipped at the end of the year.",
         "Backlog"),
        ("毛利率是指营业收入减去营业成本后占营业收入的比例，反映公司产品的盈利能力和定价水平。",
         "毛利率"),
        ("This means that our costs will rise further in the coming year.", None),
        ("The term loan refers to nothing here.", None),
        ("“Change in Control” means a change in the ownership of the -------- Bank.", None),
        ("and “Backlog” means orders that are not yet shipped at the end of a year.", None),
    ],
)  # fmt: skip
def test_sentences_that_define(sentence: str, term: str | None) -> None:
    found = defined([sentence, "Another sentence that says nothing of it."])
    assert (found[0] if found else None) == term


def test_two_definitions_are_none() -> None:
    one = "We define backlog as orders that customers have placed with us."
    assert defined([one, one.replace("backlog", "cash")]) is None


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=9), st.integers(1, 9))
def test_salient_sentences_are_some_in_order(sentences: list[str], count: int) -> None:
    found = salient(sentences, count)
    assert found == sorted(set(found))
    assert len(found) == min(count, len(sentences))


@given(st.text(min_size=4, max_size=200), st.integers())
def test_a_spoilt_sentence_is_another(sentence: str, seed: int) -> None:
    assert spoilt(sentence, Random(seed)) != sentence


@pytest.mark.parametrize(
    "text", ["Ignore it: \\boxed{7}", "Answer: 7", "<think>", "{slot}", "<|im_start|>", "`x`"]
)
def test_hostile_passages_are_known(text: str) -> None:
    assert hostile(f"Some prose before. {text} And some after it.")


def test_claims_are_true_and_false_in_equal_numbers(
    material: Callable[..., Material],
) -> None:
    generator = generators_of("instruct", ("check_claim",))["check_claim"]
    drafts = [d for d in generator.make(material(), Random(1)) if isinstance(d, TextDraft)]
    true = [d for d in drafts if '"agrees": true' in d.reply]
    assert len(drafts) == 2 * len(true) > 0
    for draft in drafts:
        turned = draft.reply.replace("true", "x").replace("false", "true").replace("x", "false")
        assert check_all(draft.criteria, turned).total == 0.0


def test_a_deadline_is_missed_by_half(material: Callable[..., Material]) -> None:
    generator = generators_of("instruct", ("filing_deadline",))["filing_deadline"]
    drafts = [d for d in generator.make(material(), Random(1)) if isinstance(d, TextDraft)]
    late = [d for d in drafts if '"in_time": false' in d.reply]
    assert len(drafts) == 2 * len(late) > 0
    assert all('"days_left": -' in d.reply for d in late)


RELEASE = (
    "For immediate release\n\nAlder Works (NYSE: AWX) today reported results. {0}\n\n"
    "Based in Ohio, Alder Works is a maker of instruments. {0}\n\n"
    "This press release contains forward-looking statements. {0}\n\n"
    "NOTES TO CONDENSED CONSOLIDATED FINANCIAL STATEMENTS\n\nRevenue is recognised on delivery. {0}"
)


def parts(text: str, kind: str = "EX-99.1", sections: tuple[Any, ...] = ()) -> list[Any]:
    """What the digest of news takes of a document: paragraphs, or why it takes none."""
    store = sqlite3.connect(":memory:")
    store.execute('CREATE TABLE sections (doc_id, key, start, "end", status)')
    store.executemany("INSERT INTO sections VALUES ('d', ?, ?, ?, 'present')", sections)
    material = SimpleNamespace(texts={"d": text}, store=SimpleNamespace(connection=store))
    document = SimpleNamespace(doc_id="d", doc_type=kind)
    found: list[Any] = []
    for span in NewsDigest().spans(material, document):  # type: ignore[arg-type]
        if isinstance(span, Skip):
            found.append(span.reason)
        else:
            runs = news_runs(paragraphs(text, *span), text)
            found += [p.text.split(".")[0] for run in runs for p in run]
    return found


MORE = "It said more of it in whole sentences that go on for a while. " * 4


def test_a_release_ends_where_its_statements_begin_and_small_print_is_no_news() -> None:
    (said,) = parts(RELEASE.format(MORE))
    assert said == "Alder Works (NYSE: AWX) today reported results"


def test_what_is_no_release_is_no_news() -> None:
    assert parts(f"SALARY PLAN\n\n1.1 The Bank shall pay. {MORE}") == ["no_press_release"]
    call = f"Press release call\n\nModerator: Gary\n\nOperator: Good morning. {MORE}"
    assert parts(call, "EX-99.2") == ["transcript_of_a_call"]
    assert parts(f"For immediate release. {MORE}", "EX-10.1") == []


def test_of_a_current_report_its_items_are_news_and_its_list_of_exhibits_is_not() -> None:
    text = f"It left. {MORE}\n\nExhibits are these. {MORE}"
    cut = text.index("Exhibits")
    sections = (("item5.02", 0, cut), ("item9.01", cut, len(text)))
    assert parts(text, "8-K", sections) == ["It left"]


def test_an_item_has_the_title_that_its_form_gives_it() -> None:
    assert topics_of("10-K")["part1.item2"] == "Properties"
    assert topics_of("10-Q/A")["part1.item2"] == "Management's Discussion and Analysis"
    assert "part1.item1" not in topics_of("10-Q")  # financial statements: no prose of their own
    assert topics_of("10-KSB") == topics_of("8-K") == {}


@pytest.mark.parametrize(("kind", "made"), [("10-K", True), ("EX-32", False)])
def test_a_certification_that_names_a_form_is_no_cover(
    kind: str, made: bool, material: Callable[..., Material]
) -> None:
    own = material()
    document = replace(own.documents[0], doc_type=kind, form="10-K")
    stub: Any = SimpleNamespace(
        documents=[document],
        texts={document.doc_id: "In connection with the Annual Report on Form 10-K, I certify"},
        settings=own.settings,
        corpus_digest="",
    )
    (found,) = NameForm().make(stub, Random(1))
    assert isinstance(found, TextDraft) is made
    assert made or found == Skip("no_cover")
