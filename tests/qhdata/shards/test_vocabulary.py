from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qhdata.chat import Tokenizer
from qhdata.errors import ForeignRecipe, UserError
from qhdata.records import Example
from qhdata.shards.training_texts import TokenizerSettings, tokenizer_for, training_texts
from qhdata.shards.vocabulary import SPECIALS, VocabularySettings, train_tokenizer


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "tokenizer.json").read_bytes()).hexdigest()


@given(text=st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(tokenizer, text):
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert not set(ids) & set(tokenizer.special.values())
    assert sum(tokenizer.byte_lengths[i] for i in ids) == len(text.encode())
    assert tokenizer.encode_batch([text, text]) == [ids, ids]


def test_every_digit_is_a_token_of_its_own(tokenizer):
    for token in tokenizer.bytes_of:
        if any(48 <= b <= 57 for b in token) and not token.startswith(b"<|spare"):
            assert len(token.removeprefix(b" ")) == 1
    pieces = [tokenizer.bytes_of[i].strip() for i in tokenizer.encode("| 352,583.10 | FY2024")]
    assert pieces.count(b"3") == 2
    assert b"2024" not in pieces


def test_special_tokens_in_text_stay_text(tokenizer):
    for name in SPECIALS:
        assert tokenizer.id_of(name) not in tokenizer.encode(f"a{name}b {name}")


def test_same_texts_same_bytes_with_any_number_of_threads(tmp_path, make):
    code = (
        "import sys; from pathlib import Path\n"
        "from qhdata.shards.vocabulary import *\n"
        "texts = [f'net revenue {n} of the company {n * 7} total' * 9 for n in range(300)]\n"
        "train_tokenizer(texts, Path(sys.argv[1]), VocabularySettings(size=420))\n"
    )
    for threads in ("1", "2", "3"):
        env = {**os.environ, "RAYON_NUM_THREADS": threads}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / threads)], check=True, env=env)
    assert len({digest(tmp_path / n) for n in ("1", "2", "3")}) == 1


def test_digest_is_over_what_decides_the_ids(tokenizer):
    data = (tokenizer.path / "tokenizer.json").read_text()
    spec = json.loads(data)
    assert Tokenizer(json.dumps(spec, indent=2)).digest == tokenizer.digest
    spec["added_tokens"][0]["content"] = "<|other|>"
    assert Tokenizer(json.dumps(spec)).digest != tokenizer.digest
    spec = json.loads(data)
    spec["model"]["merges"] = spec["model"]["merges"][:-1]
    assert Tokenizer(json.dumps(spec)).digest != tokenizer.digest


def test_training_imports_no_model_library(tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from qhdata.shards.training_texts import *\n"
        "from qhdata.shards.loader import Loader\n"
        "train_tokenizer(['a b c'] * 9, Path(sys.argv[1]), VocabularySettings(size=300))\n"
        "bad = {'torch', 'transformers', 'polars', 'datatrove', 'lxml'} & set(sys.modules)\n"
        "sys.exit(f'imported {bad}' if bad else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "t")], check=True)


@pytest.mark.parametrize(
    ("given_settings", "texts", "says"),
    [
        (VocabularySettings(size=100), ["a"], "too small"),
        (VocabularySettings(), [], "no text"),
        (VocabularySettings(family="x"), ["a"], "known: compact"),
    ],
)
def test_wrong_settings_are_refused(tmp_path, given_settings, texts, says):
    with pytest.raises(UserError, match=says):
        train_tokenizer(texts, tmp_path / "t", given_settings)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"model": 3}'])
def test_what_is_no_tokenizer_is_one_line(tmp_path, content):
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(UserError):
        Tokenizer.load(tmp_path)
    with pytest.raises(UserError, match="cannot be read"):
        Tokenizer.load(tmp_path / "nothing")


def test_only_the_training_split_is_trained_on(tmp_path, make):
    corpus = make.corpus(tmp_path / "c", count=20)
    synth = make.synth(tmp_path / "s", "examples", Example, [make.example(n) for n in range(10)])
    texts = list(training_texts([corpus, synth], TokenizerSettings()))
    for n in range(20):
        assert (make.text(n) in texts) == (n % 7 != 3 and n % 5 != 4)
    assert f"{3 * 11}." in texts
    assert f"{4 * 11}." not in texts
    assert 'get_fact(concept="assets",n=3)' in texts


def test_a_tokenizer_folder_belongs_to_its_inputs(tmp_path, make):
    chosen = TokenizerSettings(vocabulary=VocabularySettings(size=400))
    corpus = make.corpus(tmp_path / "c", count=20).path
    first = tokenizer_for([corpus], tmp_path / "t", chosen)
    before = digest(tmp_path / "t")
    assert tokenizer_for([corpus], tmp_path / "t", chosen).digest == first.digest
    assert digest(tmp_path / "t") == before
    other = make.corpus(tmp_path / "d", count=21).path
    with pytest.raises(ForeignRecipe, match="other texts"):
        tokenizer_for([other], tmp_path / "t", chosen)
    again = tokenizer_for([make.corpus(tmp_path / "e", 20, chunks=4).path], tmp_path / "u", chosen)
    assert again.digest == first.digest


def test_documents_are_thinned_where_there_are_conversations(tmp_path, make):
    corpus = make.corpus(tmp_path / "c", count=60)
    synth = make.synth(tmp_path / "s", "examples", Example, [make.example(n) for n in range(10)])
    alone = list(training_texts([corpus], TokenizerSettings()))
    chosen = TokenizerSettings(conversations=0.5, documents_least=0)
    both = list(training_texts([corpus, synth], chosen))
    documents = [t for t in both if t in set(alone)]
    said = [t for t in both if t not in set(alone)]
    assert 0 < len(documents) < len(alone)
    assert sum(map(len, documents)) < 2 * sum(map(len, said))
    assert set(documents) < set(alone)
    assert len(list(training_texts([corpus], TokenizerSettings(characters=2000)))) < len(alone)
