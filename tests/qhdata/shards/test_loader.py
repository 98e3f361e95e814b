from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qhdata.errors import UserError
from qhdata.records import Example, Pair
from qhdata.shards.build import ShardSettings, build_shards
from qhdata.shards.layout import ShardSet
from qhdata.shards.loader import Loader, LoaderSettings, updates
from qhdata.shards.mixture import Share

quick = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def sets(tmp_path_factory, tokenizer, make) -> dict[str, ShardSet]:
    folder: Path = tmp_path_factory.mktemp("sets")
    corpus = make.corpus(folder / "c", count=60)
    build_shards("cpt", [corpus.path], folder / "cpt", tokenizer, ShardSettings(context=64))
    rows = [make.example(n) for n in range(40)]
    synth = make.synth(folder / "e", "examples", Example, rows)
    build_shards("sft", [synth.path], folder / "sft", tokenizer, ShardSettings(context=96))
    pairs = make.synth(folder / "p", "pairs", Pair, [make.pair(n) for n in range(15)])
    build_shards("preference", [pairs.path], folder / "pref", tokenizer, ShardSettings(context=64))
    return {name: ShardSet.open(folder / name) for name in ("cpt", "sft", "pref")}


def seen(update) -> Counter:
    return Counter(
        (s, int(i)) for pack in update.packs for s, i in zip(pack.source, pack.index, strict=True)
    )


@given(update_tokens=st.integers(50, 2000), seed=st.integers(0, 20), window=st.integers(1, 50))
@quick
def test_an_epoch_reads_every_piece_once(sets, update_tokens, seed, window):
    loader = Loader(
        sets,
        LoaderSettings(
            pack_tokens=160, update_tokens=update_tokens, seed=seed, window=window, epochs=1
        ),
    )
    total: Counter = Counter()
    for update in updates(loader):
        total += seen(update)
    assert total == Counter({(n, i): 1 for n, s in sets.items() for i in range(len(s))})


@given(ranks=st.integers(1, 5), seed=st.integers(0, 9))
@quick
def test_any_number_of_ranks_reads_the_same_in_every_update(sets, ranks, seed):
    chosen = LoaderSettings(pack_tokens=128, update_tokens=700, seed=seed, epochs=1)
    alone = list(updates(Loader(sets, chosen)))
    together = [list(updates(Loader(sets, chosen), rank, ranks)) for rank in range(ranks)]
    assert {len(found) for found in together} == {len(alone)}
    for n, update in enumerate(alone):
        parts = [found[n] for found in together]
        assert sum((seen(p) for p in parts), Counter()) == seen(update)
        assert {(p.rounds, p.weight, p.tokens) for p in parts} == {
            (max(len(p.packs) for p in parts), update.weight, update.tokens)
        }
        sums = sum(float(pack.weight.sum()) for p in parts for pack in p.packs)
        assert sums == pytest.approx(update.weight)


@given(stop=st.integers(0, 6), seed=st.integers(0, 9))
@quick
def test_resumed_is_uninterrupted(sets, stop, seed):
    chosen = LoaderSettings(
        pack_tokens=128, update_tokens=500, seed=seed, mixture={"sft": Share(weight=2.5)}
    )
    whole = Loader(sets, chosen)
    want = [seen(whole.update()) for _ in range(12)]
    first = Loader(sets, chosen)
    for _ in range(stop):
        first.update(1, 3)
    state = json.loads(json.dumps(first.state()))
    assert len(json.dumps(state)) < 600
    again = Loader(sets, chosen, state)
    assert [seen(again.update()) for _ in range(12 - stop)] == want[stop:]
    assert again.state() == whole.state()


def test_a_pack_is_whole_pieces_with_positions_and_no_first_target(sets):
    loader = Loader(sets, LoaderSettings(pack_tokens=160, update_tokens=900, epochs=1))
    for update in updates(loader):
        for pack in update.packs:
            assert pack.tokens == pack.starts[-1] <= 160
            assert not pack.weight[pack.starts[:-1]].any()
            assert (pack.position[pack.starts[:-1]] == 0).all()
            for k, (name, i) in enumerate(zip(pack.source, pack.index, strict=True)):
                here = slice(pack.starts[k], pack.starts[k + 1])
                assert (pack.piece[here] == k).all()
                assert pack.ids[here].tolist() == sets[name].ids(int(i)).tolist()
                assert pack.position[here].tolist() == list(range(len(pack.ids[here])))


def test_a_pair_is_in_one_pack_and_a_group_in_one_update(sets):
    loader = Loader(
        {"pref": sets["pref"], "sft": sets["sft"]},
        LoaderSettings(pack_tokens=128, update_tokens=300, epochs=1),
    )
    where: dict[tuple[str, str], set[int]] = {}
    for n, update in enumerate(updates(loader)):
        for pack in update.packs:
            for k, (name, i) in enumerate(zip(pack.source, pack.index, strict=True)):
                group = sets[name].column("group_id")[int(i)]
                where.setdefault((name, group), set()).add(n)
                if name == "pref":
                    twins = [
                        m for m, (g, s) in enumerate(zip(pack.group, pack.source, strict=True))
                        if g == pack.group[k] and s == name
                    ]  # fmt: skip
                    assert len(twins) == 2
                    assert sorted(pack.member[twins].tolist()) == [0, 1]
    assert all(len(updates_of) == 1 for updates_of in where.values())


def test_pieces_longer_than_a_pack_are_refused(sets):
    with pytest.raises(UserError, match="do not fit"):
        Loader(sets, LoaderSettings(pack_tokens=32, update_tokens=100))


def test_state_of_other_sets_is_refused(sets):
    state = Loader(sets, LoaderSettings(pack_tokens=128, update_tokens=100)).state()
    with pytest.raises(UserError, match="saved with"):
        Loader({"cpt": sets["cpt"]}, LoaderSettings(pack_tokens=128, update_tokens=100), state)


def test_mixture_sets_the_share_of_tokens(sets):
    loader = Loader(
        {n: sets[n] for n in ("cpt", "sft")},
        LoaderSettings(
            pack_tokens=128, update_tokens=20_000,
            mixture={"cpt": Share(weight=3.0), "sft": Share(weight=1.0)},
        ),
    )  # fmt: skip
    loader.update()
    sources = loader.state()["sources"]
    assert sources["cpt"]["tokens"] / sources["sft"]["tokens"] == pytest.approx(3, rel=0.05)
    assert np.isfinite(sources["cpt"]["served"])


def test_a_turns_weight_counts_in_the_pack_and_in_the_denominator(tmp_path, tokenizer, make):
    rows = []
    for n in range(6):
        row = make.example(n, split="train")
        last = replace(row.messages[-1], weight=0.25)
        rows.append(replace(row, messages=(*row.messages[:-1], last)))
    synth = make.synth(tmp_path / "i", "examples", Example, rows)
    build_shards("sft", [synth.path], tmp_path / "s", tokenizer, ShardSettings(context=256))
    shard = ShardSet.open(tmp_path / "s")
    update = Loader(
        {"s": shard}, LoaderSettings(pack_tokens=256, update_tokens=1, epochs=1)
    ).everything()
    found = {float(w) for pack in update.packs for w in pack.weight}
    assert found == {0.0, 0.25, 1.0}
    total = sum(float(pack.weight.sum()) for pack in update.packs)
    assert update.weight == pytest.approx(total)
    assert total < sum(shard.column("targets"))
