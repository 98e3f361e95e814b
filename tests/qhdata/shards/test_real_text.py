"""Real filings' bytes as text: nothing is lost between text and tokens."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from qhdata.shards.tokenize import Slicer, Text
from qhdata.shards.vocabulary import VocabularySettings, train_tokenizer

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def texts() -> list[str]:
    root = Path(os.environ.get("QHDATA_REAL", "../shared/data")) / "filings"
    files = [
        *sorted((root / "sec" / "8-K_1994_2023").glob("*"))[:30],
        *sorted((root / "cn").glob("*.htm*"))[:1],
    ]
    if not files:
        pytest.skip(f"no real filings under {root}")
    return [f.read_bytes()[:200_000].decode("utf-8", "replace") for f in files if f.is_file()]


def test_real_text_comes_back_from_its_slices(texts, tmp_path):
    tokenizer = train_tokenizer(texts, tmp_path / "t", VocabularySettings(size=2048))
    slicer = Slicer(tokenizer, 512)
    lines = pieces = 0
    began = time.process_time()
    for n, text in enumerate(texts):
        doc = Text(doc_id=f"d{n}", text=text, split="train")
        found = slicer.pieces(doc, tokenizer.encode(text))
        ids = [i for p in found for i in p.ids.tolist()]
        assert ids.pop() == tokenizer.eos
        assert tokenizer.decode(ids) == text
        assert max(len(p.ids) for p in found) <= 512
        ends = [text[: p.row.end][-1] for p in found[:-1]]
        lines += sum(c == "\n" for c in ends)
        pieces += len(ends)
    assert lines > 0.7 * pieces
    size = sum(len(t.encode()) for t in texts)
    assert size / (time.process_time() - began) > 5_000, "bytes a second fell through the floor"
