from __future__ import annotations

from pathlib import Path

import pytest

from qhdata.classifier.fit import Fit, fit
from qhdata.errors import UserError
from qhdata.records import Document, to_batch
from qhdata.step import step_id, tag_part
from qhdata.taggers.fasttext_model import file_sha256, load_model
from qhdata.taggers.language import Language
from qhdata.taggers.passages import passages
from qhdata.taggers.topic import Topic

LAW = "The Borrower shall indemnify the Lender under this Agreement and waive all claims hereunder."
NEWS = "The mayor said on Tuesday that the bridge over the river would open to walkers in spring."
GERMAN = "Die Gesellschaft erzielte im Jahr einen Umsatz und der Gewinn wurde höher als zuvor."


def model(folder: Path, settings: Fit, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    fit(
        {label: passages(text, 4) * 20 for label, text in texts.items()},
        settings,
        folder / "model.bin",
    )
    return folder


@pytest.fixture(scope="module")
def asset(tmp_path_factory) -> Path:
    return model(tmp_path_factory.mktemp("topic"), Fit(least=1), law=LAW, news=NEWS)


def rows(*texts: str):
    return to_batch(
        Document,
        [
            Document(
                doc_id=f"d{n}", filing_id="f", file_id="f", source="s", source_path="p",
                doc_type="", lang="en", title="", text=t, text_sha256="", extractor="x@1",
                n_chars=len(t), public_at=None,
            )
            for n, t in enumerate(texts)
        ],
    )  # fmt: skip


def test_a_document_has_one_topic_with_its_probability(asset):
    step = Topic(asset=str(asset)).settled()
    tags = step.open()(rows(LAW, NEWS, "", "| 1 | 2 |\n" * 3))[tag_part(step)].to_pylist()
    assert [t["label"] for t in tags] == ["law", "news", "und", "und"]
    assert all(t["score"] > 0.8 for t in tags[:2])
    assert tags[2]["score"] == 0


def test_a_statement_is_no_part_of_the_topic_of_its_text(asset):
    step = Topic(asset=str(asset))
    work = step.open()
    statement = "| Borrower | Lender | Agreement | 1,234 |\n" * 40
    alone, beside = work(rows(NEWS, statement + NEWS))[tag_part(step)].to_pylist()
    assert (alone["label"], alone["score"]) == (beside["label"], beside["score"])


def test_a_weak_guess_is_und(asset):
    step = Topic(asset=str(asset), least_score=1.0)
    assert step.open()(rows(LAW))[tag_part(step)].to_pylist()[0]["label"] == "und"


def test_a_moved_model_is_the_same_step_and_another_model_is_refused(asset, tmp_path):
    step = Topic(asset=str(asset)).settled()
    assert step.sha256 == file_sha256(asset / "model.bin")
    moved = Topic(asset=str(tmp_path), sha256=step.sha256)
    assert step_id(moved) == step_id(step)
    with pytest.raises(UserError, match="cannot be read"):
        moved.open()
    (tmp_path / "model.bin").write_bytes(b"no model")
    with pytest.raises(UserError, match="is another model"):
        moved.open()
    with pytest.raises(UserError, match="no fastText model"):
        load_model(tmp_path / "model.bin")


def test_the_same_passages_give_the_same_bytes(asset, tmp_path):
    again = model(tmp_path / "again", Fit(least=1), law=LAW, news=NEWS)
    assert file_sha256(again / "model.bin") == file_sha256(asset / "model.bin")
    other = model(tmp_path / "other", Fit(least=1, seed=2), law=LAW, news=NEWS)
    assert file_sha256(other / "model.bin") != file_sha256(asset / "model.bin")


def test_language_by_a_models_path_carries_two_letter_codes(tmp_path):
    texts = {"eng_Latn": NEWS, "deu_Latn": GERMAN, "ceb_Latn": "Ang mga bata nagdula sa gawas " * 4}
    folder = model(tmp_path / "m", Fit(least=1), **texts)
    step = Language(model=str(folder / "model.bin")).settled()
    assert step.sha256
    found = step.open()(rows(NEWS.lower(), GERMAN.lower(), texts["ceb_Latn"].lower(), "12"))
    labels = [t["label"] for t in found[tag_part(step)].to_pylist()]
    assert labels == ["en", "de", "ceb", "und"]
    with pytest.raises(UserError, match=r"cannot be read.*nothing is downloaded here"):
        Language(model=str(tmp_path / "gone.bin")).settled()
    with pytest.raises(UserError, match="is another model"):
        Language(model=str(folder / "model.bin"), sha256="0" * 64).open()
