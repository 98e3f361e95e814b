from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from qhdata.errors import Fault, ForeignRecipe, UserError
from qhdata.records import Example, JsonText, Message, Pair, Task, ToolCall, from_dict
from qhdata.shards.build import ShardSettings, build_shards
from qhdata.shards.layout import ShardSet


def bytes_of(path: Path) -> dict[str, str]:
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(path.iterdir())
        if ".ds" in p.name or p.name == "dataset.json"
    }


def test_slices_of_a_document_are_its_ids_one_after_another(tmp_path, tokenizer, make):
    corpus = make.corpus(tmp_path / "c")
    out = tmp_path / "s"
    build_shards("cpt", [corpus.path], out, tokenizer, ShardSettings(context=32))
    shard = ShardSet.open(out)
    found: dict[str, list[tuple[int, int, list[int]]]] = {}
    for i in range(len(shard)):
        row = shard.row(i)
        assert len(shard.ids(i)) <= 32
        assert row.continued == (row.start > 0)
        found.setdefault(row.doc_id, []).append((row.start, row.end, shard.ids(i).tolist()))
    kept = {f"d{n}" for n in range(30) if n % 7 != 3 and n % 5 != 4}
    assert set(found) == kept
    for doc_id, parts in found.items():
        text = make.text(int(doc_id[1:]))
        parts.sort()
        ids = [i for _, _, part in parts for i in part]
        assert ids == [*tokenizer.encode(text), tokenizer.eos]
        assert parts[0][0] == 0
        assert parts[-1][1] == len(text)
        for start, end, part in parts:
            assert tokenizer.decode(i for i in part if i != tokenizer.eos) == text[start:end]


def test_slices_are_cut_at_lines_where_there_is_one(tmp_path, tokenizer, make):
    build_shards(
        "cpt", [make.corpus(tmp_path / "c").path], tmp_path / "s", tokenizer,
        ShardSettings(context=48),
    )  # fmt: skip
    shard = ShardSet.open(tmp_path / "s")
    rows = [shard.row(i) for i in range(len(shard))]
    ends = [make.text(int(r.doc_id[1:]))[: r.end][-1] for r in rows if r.continued or r.end > 0]
    assert sum(c == "\n" for c in ends) > 0.2 * len(ends)
    assert all(not r.continued or make.text(int(r.doc_id[1:]))[r.start] != "\n" for r in rows)


def test_bytes_do_not_depend_on_chunks_or_files_of_the_input(tmp_path, tokenizer, make):
    settings = ShardSettings(context=64, tokens_per_file=400)
    for n in (1, 3, 7):
        corpus = make.corpus(tmp_path / f"c{n}", chunks=n)
        build_shards("cpt", [corpus.path], tmp_path / f"s{n}", tokenizer, settings)
    one, three, seven = (bytes_of(tmp_path / f"s{n}") for n in (1, 3, 7))
    assert one == three == seven
    assert sum(name.endswith(".ds") for name in one) > 1


def test_counts_add_up_and_every_row_has_a_decision(tmp_path, tokenizer, make):
    rows = [make.example(n) for n in range(20)]
    say, hear = Message(role="assistant", content="y"), Message(role="user", content="x " * 900)
    long = make.example(100, messages=(hear, say))
    bad = ToolCall(call_id="c", name="f", arguments=JsonText("not json"))
    call = Message(role="assistant", content="", calls=(bad,))
    broken = make.example(101, messages=(Message(role="user", content="x"), call))
    mute = make.example(102, messages=(Message(role="user", content="x"),))
    synth = make.synth(tmp_path / "i", "examples", Example, [*rows, long, broken, mute, rows[0]])
    made = build_shards("sft", [synth.path], tmp_path / "s", tokenizer, ShardSettings(context=256))
    step = made.step("shard")
    assert step["rows_in"] == 24
    assert step["rows_in"] == step["rows_kept"] + step["rows_dropped"] + step["rows_quarantined"]
    assert step["rows_kept"] == 16
    assert step["notes"]["dropped"] == {
        "split_test": 4, "longer_than_context": 1, "no_target": 1, "same_id": 1,
    }  # fmt: skip
    assert made.table("quarantine")["unit_id"].to_pylist() == ["e101"]
    assert made.table("decisions/shard").num_rows == 23


def test_mask_trains_the_policys_turns_and_nothing_else(tmp_path, tokenizer, make):
    synth = make.synth(tmp_path / "i", "examples", Example, [make.example(n) for n in range(8)])
    build_shards("sft", [synth.path], tmp_path / "s", tokenizer, ShardSettings(context=256))
    shard = ShardSet.open(tmp_path / "s")
    for i in range(len(shard)):
        n = int(shard.row(i).example_id[1:])
        ids, targets = shard.ids(i), shard.targets(i)
        said = tokenizer.decode(ids[targets > 0])
        last = "" if n % 6 == 5 else f"{n * 11}.<|end|>"
        call = f'get_fact(concept="assets",n={n})'
        assert said == f"<think>look</think><tool_call>{call}</tool_call><|end|>{last}"
        assert shard.row(i).targets == targets.sum()
        roles = {s.role for s in shard.row(i).spans}
        assert roles == {"system", "user", "assistant", "tool"}


def test_both_sides_of_a_pair_stand_together(tmp_path, tokenizer, make):
    synth = make.synth(tmp_path / "i", "pairs", Pair, [make.pair(n) for n in range(9)])
    build_shards("preference", [synth.path], tmp_path / "s", tokenizer, ShardSettings(context=256))
    shard = ShardSet.open(tmp_path / "s")
    assert len(shard.groups) == 10
    for low, high in zip(shard.groups, shard.groups[1:], strict=False):
        assert [shard.row(i).role for i in range(low, high)] == ["chosen", "rejected"]
        prompts = [shard.ids(i)[shard.targets(i) == 0].tolist() for i in range(low, high)]
        assert prompts[0] == prompts[1]


def test_prompts_carry_the_task(tmp_path, tokenizer, make):
    tasks = [make.task(n) for n in range(5)]
    synth = make.synth(tmp_path / "i", "tasks", Task, tasks)
    made = build_shards(
        "prompts", [synth.path], tmp_path / "s", tokenizer, ShardSettings(context=256),
        tools_of=lambda t: '[{"name":"f"}]',
    )  # fmt: skip
    shard = ShardSet.open(made.path)
    rows = [shard.row(i) for i in range(5)]
    assert (
        sorted(
            (from_dict(Task, json.loads(r.payload)["task"]) for r in rows), key=lambda t: t.task_id
        )
        == tasks
    )
    assert all(tokenizer.decode(shard.ids(i)).endswith("<|assistant|>") for i in range(5))
    assert all("Tools: f()" in tokenizer.decode(shard.ids(i)) for i in range(5))
    assert all(not shard.targets(i).any() for i in range(5))


def test_a_finished_folder_is_opened_and_another_recipes_refused(tmp_path, tokenizer, make):
    corpus = make.corpus(tmp_path / "c").path
    build_shards("cpt", [corpus], tmp_path / "s", tokenizer, ShardSettings(context=64))
    before = (tmp_path / "s" / "manifest.json").read_bytes()
    build_shards("cpt", [corpus], tmp_path / "s", tokenizer, ShardSettings(context=64))
    assert (tmp_path / "s" / "manifest.json").read_bytes() == before
    with pytest.raises(ForeignRecipe, match="context"):
        build_shards("cpt", [corpus], tmp_path / "s", tokenizer, ShardSettings(context=65))


def test_input_without_the_rows_is_refused_by_name(tmp_path, tokenizer, make):
    corpus = make.corpus(tmp_path / "c").path
    with pytest.raises(UserError, match="has no examples"):
        build_shards("sft", [corpus], tmp_path / "s", tokenizer)
    with pytest.raises(UserError, match="split_train"):
        build_shards("cpt", [corpus], tmp_path / "t", tokenizer, ShardSettings(splits=("dev",)))


def test_a_cut_short_file_and_a_flipped_byte_are_found(tmp_path, tokenizer, make):
    build_shards("cpt", [make.corpus(tmp_path / "c").path], tmp_path / "s", tokenizer)
    ds = tmp_path / "s" / "00000.ds"
    data = bytearray(ds.read_bytes())
    assert ShardSet.open(tmp_path / "s").verify() == []
    data[10] ^= 1
    ds.write_bytes(data)
    assert any("00000.ds" in w for w in ShardSet.open(tmp_path / "s").verify())
    ds.write_bytes(data[:-2])
    with pytest.raises(Fault, match="bytes"):
        ShardSet.open(tmp_path / "s")


def test_datatroves_layout_byte_for_byte(tmp_path, tokenizer, make):
    synth = make.synth(tmp_path / "i", "examples", Example, [make.example(n) for n in range(4)])
    build_shards("sft", [synth.path], tmp_path / "s", tokenizer, ShardSettings(context=256))
    shard = ShardSet.open(tmp_path / "s")
    flat = np.fromfile(tmp_path / "s" / "00000.ds", dtype="<u2")
    ends = np.fromfile(tmp_path / "s" / "00000.ds.index", dtype="<u8")
    loss = np.fromfile(tmp_path / "s" / "00000.ds.loss", dtype=np.bool_)
    assert len(ends) == len(shard)
    assert ends[-1] == len(flat) == len(loss)
    for i, (low, high) in enumerate(zip([0, *ends], ends, strict=False)):
        assert flat[int(low) : int(high)].tolist() == shard.ids(i).tolist()
        assert loss[int(low) : int(high)].tolist() == shard.targets(i).astype(bool).tolist()


def test_bytes_of_targets_are_what_bits_per_byte_divides_by(tmp_path, tokenizer, make):
    build_shards("cpt", [make.corpus(tmp_path / "c").path], tmp_path / "s", tokenizer)
    shard = ShardSet.open(tmp_path / "s")
    for i in range(len(shard)):
        row = shard.row(i)
        first = len(tokenizer.bytes_of[int(shard.ids(i)[0])])
        assert row.bytes == len(make.text(int(row.doc_id[1:])).encode()) - first
    assert shard.info.bytes == sum(shard.column("bytes"))
    targets = [int(shard.targets(i).sum()) for i in range(len(shard))]
    assert targets == shard.column("targets")
    assert shard.info.targets == sum(targets)


def test_a_point_in_time_build_has_no_row_from_later(tmp_path, tokenizer, make):
    dates = [None, "2023-12-31T21:00:00Z", "2024-01-31T00:00:00Z", "2024-02-01T00:00:00Z"]
    rows = [make.example(n, public_at=d, split="train") for n, d in enumerate(dates)]
    synth = make.synth(tmp_path / "i", "examples", Example, rows)
    settings = ShardSettings(context=256, as_of="2024-01-31T12:00:00Z")
    made = build_shards("sft", [synth.path], tmp_path / "s", tokenizer, settings)
    assert sorted(ShardSet.open(made.path).column("example_id")) == ["e1", "e2"]
    assert made.step("shard")["notes"]["dropped"] == {"not_public_yet": 1, "public_at_unknown": 1}


def test_an_interrupted_build_goes_on_to_the_same_bytes(tmp_path, tokenizer, make):
    tasks = [make.task(n) for n in range(8)]
    synth = make.synth(tmp_path / "i", "tasks", Task, tasks)
    settings = ShardSettings(context=256)

    def interrupted(task: Task) -> str:
        if task.task_id == "t5":
            raise KeyboardInterrupt
        return "[]"

    with pytest.raises(KeyboardInterrupt):
        build_shards(
            "prompts", [synth.path], tmp_path / "s", tokenizer, settings, tools_of=interrupted
        )
    with pytest.raises(Fault, match="missing"):
        ShardSet.open(tmp_path / "s")
    for name in ("s", "t"):
        build_shards("prompts", [synth.path], tmp_path / name, tokenizer, settings)
    assert bytes_of(tmp_path / "s") == bytes_of(tmp_path / "t")
    assert ShardSet.open(tmp_path / "s").verify() == []
    assert not list((tmp_path / "s").glob("_spool*"))
