from __future__ import annotations

import pytest

from qhdata.errors import UserError
from qhdata.records import Example
from qhdata.shards.build import ShardSettings, build_shards
from qhdata.shards.layout import ShardSet
from qhdata.shards.trace import pieces_of, trace


def test_a_token_of_a_document_goes_back_to_its_characters(tmp_path, tokenizer, make):
    corpus = make.corpus(tmp_path / "c")
    build_shards("cpt", [corpus.path], tmp_path / "s", tokenizer, ShardSettings(context=40))
    shard = ShardSet.open(tmp_path / "s")
    checked = 0
    for piece in pieces_of(shard, "d11"):
        for token in range(int(shard.lengths[piece])):
            found = trace(shard, piece, token, tokenizer)
            assert found.doc_id == "d11"
            assert found.target == (token > 0)
            if "\ufffd" not in found.text and not found.text.startswith("<|endof"):
                assert make.text(11)[found.start : found.end] == found.text
                checked += 1
    assert checked > 100


def test_a_token_of_a_conversation_has_its_role_and_sources(tmp_path, tokenizer, make):
    synth = make.synth(tmp_path / "i", "examples", Example, [make.example(1)])
    build_shards("sft", [synth.path], tmp_path / "s", tokenizer, ShardSettings(context=256))
    shard = ShardSet.open(tmp_path / "s")
    found = [trace(shard, 0, t, tokenizer) for t in range(int(shard.lengths[0]))]
    by_role = {role: "".join(f.text for f in found if f.role == role) for role in ("tool", "user")}
    assert by_role["tool"] == "<|tool|>11<|end|>"
    assert by_role["user"].startswith("<|user|>What were")
    assert "".join(f.text for f in found if "think" in f.flags) == "<think>look</think>"
    assert found[5].sources[0]["doc_id"] == "d1"
    assert found[5].sources[0]["quote"] == make.text(1)[:6]
    with pytest.raises(UserError, match="no token"):
        trace(shard, 0, 9999, tokenizer)
