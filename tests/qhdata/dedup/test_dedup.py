from __future__ import annotations

import hashlib
import random
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhdata.dedup.clusters import Doc, Merge, Survivor, cluster, likeness
from qhdata.dedup.exact import Exact
from qhdata.dedup.giants import split
from qhdata.dedup.minhash import EMPTY, MinHash, band_keys, signatures
from qhdata.dedup.stars import stars
from qhdata.shingles import features, jaccard, normal_digest, numbers_agree, runs, shingles
from qhdata.words import WordHashes, word_hashes, words

MERGE = Merge(shingle=5, threshold=0.6, numbers_agree=0.98)
WORDS = [f"w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(400)]

Q2 = (
    "In the second quarter of 2025 the company earned a net profit of $41.7 million, or $1.28 per "
    "share, on revenue of $512.9 million, up 14.2% from $449.1 million in the second quarter of "
    "2024. Gross margin was 38.4%. Cash at June 30, 2025 was $96.5 million. " * 4
)
Q3 = (
    "In the third quarter of 2024 the company suffered a net loss of $17.2 million, or $0.53 per "
    "share, on revenue of $402.6 million, down 9.8% from $446.3 million in the third quarter of "
    "2023. Gross margin was 27.1%. Cash at September 30, 2024 was $12.8 million. " * 4
)


def look(text: str):
    return next(features([text], 5))


def prose(seed: int, n: int = 400) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice(WORDS) for _ in range(n)]


def edited(words: list[str], share: float, seed: int) -> list[str]:
    rng = random.Random(seed)
    out = list(words)
    for at in rng.sample(range(len(out)), int(len(out) * share)):
        out[at] = rng.choice(WORDS) + "x"
    return out


def doc(doc_id: str, **over) -> Doc:
    base = {"source": "s", "public_at": "2024-01-01", "n_chars": 10, "report": None}
    return Doc(doc_id=doc_id, **{**base, **over})


def test_template_twins_are_not_copies_although_their_words_are_alike():
    a, b = look(Q2), look(Q3.replace("third", "second").replace("suffered", "earned"))
    assert numbers_agree(a, b) < 0.5
    assert likeness(doc("a"), a, doc("b"), b, MERGE)[0] == ""


def test_a_twin_that_differs_in_one_number_of_twenty_is_not_a_copy():
    other = Q2.replace("41.7", "14.7")
    assert jaccard(look(Q2), look(other)) > 0.6
    assert likeness(doc("a"), look(Q2), doc("b"), look(other), MERGE)[0] == ""


@pytest.mark.parametrize(
    ("one", "another"),
    [("thirty", "forty"), ("5 million", "5 billion"), ("壹", "贰"), ("两", "三"), ("½", "¼"),
     ("the Sixth", "the Seventh"), ("30½", "30")],
)  # fmt: skip
def test_twins_that_say_their_number_in_words_are_not_copies(one: str, another: str):
    words = " ".join(prose(3))
    a, b = look(f"{words} {one} cents a share"), look(f"{words} {another} cents a share")
    assert jaccard(a, b) > 0.9
    assert likeness(doc("a"), a, doc("b"), b, MERGE)[0] == ""


def test_edited_words_around_equal_numbers_are_a_near_copy():
    words = [*prose(1), "$5.2", "million", "in", "2024"]
    other = [*edited(words[:-4], 0.03, 2), *words[-4:]]
    a, b = look(" ".join(words)), look(" ".join(other))
    reason, similarity = likeness(doc("a"), a, doc("b"), b, MERGE)
    assert reason == "near_copy"
    assert 0.6 <= similarity < 1


def test_white_space_and_width_do_not_hide_an_exact_copy_but_case_does():
    assert look("Net  sales\n１２").identity == look("Net sales 12").identity
    assert look("NET sales 12").identity != look("Net sales 12").identity


def test_periodic_reports_of_two_periods_never_merge_unless_they_are_one_text():
    text = " ".join(prose(3))
    near = " ".join(edited(prose(3), 0.01, 1))
    a = doc("a", report=("cik:1", "10-Q", "2024-03-31"))
    b = doc("b", report=("cik:1", "10-Q", "2024-06-30"))
    assert likeness(a, look(text), b, look(near), MERGE)[0] == ""
    assert likeness(a, look(text), doc("b"), look(near), MERGE)[0] == "near_copy"
    assert likeness(a, look(text), b, look(text), MERGE)[0] == "exact_copy"


def test_recall_of_near_copies_with_five_percent_edits():
    """Candidates that share a band, of 200 texts edited in 3 to 5 % of their words."""
    keys = MinHash().keys()

    def bands(text: str) -> set[int]:
        rows = pa.record_batch({"text": [text], "row": pa.array([0], pa.uint64())})
        return set(keys(rows)["key"].to_pylist())

    met = 0
    for seed in range(200):
        one = prose(seed)
        other = edited(one, 0.03 + 0.02 * (seed % 2), seed)
        met += bool(bands(" ".join(one)) & bands(" ".join(other)))
    assert met >= 195


@given(
    sizes=st.lists(st.integers(0, 3000), min_size=1, max_size=30),
    size=st.integers(1, 9),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_texts_together_have_the_signatures_of_each_alone(sizes: list[int], size: int, seed: int):
    rng = random.Random(seed)
    texts = [" ".join(rng.choices(WORDS[:50], k=n)) for n in sizes]
    together = signatures(*runs(words(texts), len(texts), size), len(texts), 16, seed)
    for text, found in zip(texts, together, strict=True):
        assert (signatures(*runs(words([text]), 1, size), 1, 16, seed) == found).all()
    assert [bool((row == EMPTY).all()) for row in together] == [n == 0 for n in sizes]


def test_texts_too_short_for_any_key_have_none():
    rows = pa.record_batch({"text": ["", "a b"], "row": pa.array([1, 2], pa.uint64())})
    assert MinHash().keys()(rows).num_rows == 0


def test_equal_rows_of_two_bands_have_two_keys_and_equal_bands_have_one():
    values = np.tile(np.arange(4, dtype=np.uint32), (2, 8))
    keys = band_keys(values, 8)
    assert (keys[0] == keys[1]).all()
    assert len(set(keys[0].tolist())) == 8


@pytest.mark.parametrize("size", [25, 90, 400, 4000])
def test_signatures_estimate_jaccard_as_datasketch_does(size: int):
    """Of texts that fill every bin many times, about once, and hardly at all."""
    from datasketch import MinHash as Reference

    bins, known, gaps = 256, WordHashes(), []
    for share, seed in [(0.01, 9), (0.03, 8), (0.1, 7), (0.3, 6)]:
        one, other = prose(5, size), edited(prose(5, size), share, seed)
        texts = [" ".join(one), " ".join(other)]
        a, b = (shingles(word_hashes(w, known), 5) for w in (one, other))
        real = len(np.intersect1d(a, b)) / len(np.union1d(a, b))
        made = signatures(*runs(words(texts), 2, 5), 2, bins, 1)
        ours = float((made[0] == made[1]).mean())
        theirs = [Reference(num_perm=bins, seed=1) for _ in range(2)]
        for reference, values in zip(theirs, (a, b), strict=True):
            reference.update_batch([int(v).to_bytes(8, "little") for v in values])
        assert abs(ours - theirs[0].jaccard(theirs[1])) < 0.2
        gaps.append(abs(ours - real))
    assert max(gaps) < 0.15
    assert sum(gaps) / len(gaps) < 0.08


def test_different_texts_share_hardly_a_bin_however_short_they_are():
    for n in (6, 20, 400):
        one, other = prose(1, n), [w + "x" for w in prose(1, n)]
        made = signatures(*runs(words([" ".join(one), " ".join(other)]), 2, 5), 2, 128, 1)
        assert (made[0] == made[1]).mean() < 0.02


def test_a_long_document_is_sketched_and_still_compares():
    words = prose(1, 90_000)
    rng = random.Random(0)
    words = [w + rng.choice("abcdefgh") + rng.choice("abcdefgh") for w in words]
    a, b = look(" ".join(words)), look(" ".join(edited(words, 0.02, 3)))
    assert len(a.sketch) <= 1 << 16
    assert a.limit < 1 << 64
    assert abs(jaccard(a, b) - 0.82) < 0.04  # 0.98^5 / (2 - 0.98^5)


def test_the_survivor_follows_the_rule_and_others_name_it():
    text = " ".join(prose(1))
    members = [
        (doc("a", n_chars=5, public_at="2024-03-01", source="web"), look(text)),
        (doc("b", n_chars=9, public_at="2024-01-01", source="web"), look(text)),
        (doc("c", n_chars=7, public_at="2024-02-01", source="sec"), look(text)),
        (doc("x", n_chars=99), look(" ".join(prose(77)))),
    ]
    for survivor, kept in [
        (Survivor(prefer="longest"), "b"),
        (Survivor(prefer="newest"), "a"),
        (Survivor(prefer="oldest"), "b"),
        (Survivor(sources=("sec",)), "c"),
    ]:
        rows = list(cluster(members, MERGE, survivor))
        assert [r.doc_id for r in rows if r.kept] == [kept]
        assert {r.matched_id for r in rows if not r.kept} == {kept}
        assert {r.cluster_id for r in rows} == {"a"}
        assert "x" not in {r.doc_id for r in rows}


def test_a_filing_survives_its_loose_reprint():
    text = " ".join(prose(1))
    members = [
        (doc("reprint", n_chars=9), look(text)),
        (doc("filing", n_chars=5, lodged=True), look(text)),
    ]
    kept = [r.doc_id for r in cluster(members, MERGE, Survivor()) if r.kept]
    assert kept == ["filing"]
    loose = Survivor(lodged_first=False)
    assert [r.doc_id for r in cluster(members, MERGE, loose) if r.kept] == ["reprint"]


def test_a_chain_of_likenesses_does_not_drop_what_is_unlike_the_survivor():
    words = prose(1)
    middle = edited(words, 0.04, 1)
    far = edited(middle, 0.04, 2)
    chain = [look(" ".join(w)) for w in (words, middle, far)]
    assert jaccard(chain[0], chain[2]) < 0.6 < jaccard(chain[0], chain[1])
    members = [
        (doc(name, n_chars=n), found)
        for name, n, found in zip("abc", (3, 2, 1), chain, strict=True)
    ]
    dropped = {r.doc_id for r in cluster(members, MERGE, Survivor()) if not r.kept}
    assert dropped == {"b"}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=60))
@settings(max_examples=60, deadline=None)
def test_stars_connect_exactly_the_rows_of_one_key(pairs):
    from qhdata.engines.components import components

    table = pa.table(
        {
            "key": pa.array([k for k, _ in pairs], pa.uint64()),
            "row": pa.array([r for _, r in pairs], pa.uint64()),
        }
    ).sort_by([("key", "ascending"), ("row", "ascending")])
    edges = stars(table)
    each = list(zip(edges["a"].to_pylist(), edges["b"].to_pylist(), strict=True))
    assert each == sorted(set(each))
    assert all(a < b for a, b in each)
    found = components(pa.Table.from_batches([edges]))
    label = dict(zip(found["row"].to_pylist(), found["cluster"].to_pylist(), strict=True))
    parent = {r: r for _, r in pairs}

    def root(x):
        while parent[x] != x:
            x = parent[x]
        return x

    by_key: dict[int, int] = {}
    for key, row in pairs:
        parent[root(row)] = root(by_key.setdefault(key, row))
    groups: dict[int, set[int]] = {}
    for row in parent:
        groups.setdefault(root(row), set()).add(row)
    wanted = {frozenset(g) for g in groups.values() if len(g) > 1}
    mine: dict[int, set[int]] = {}
    for row, name in label.items():
        mine.setdefault(name, set()).add(row)
    assert {frozenset(g) for g in mine.values()} == wanted


@given(
    st.text(
        st.sampled_from("a1 \n\t\xa0\u2028\x1c\u3000\u2009é")
        | st.characters(exclude_categories=["Cs", "No"])
    )
)
def test_white_space_of_any_kind_and_length_is_one_space(text: str):
    same = " ".join(unicodedata.normalize("NFKC", text).split())
    digest = hashlib.blake2b(same.encode(), digest_size=16).digest()
    assert normal_digest(text) == normal_digest(f"\u2003{text}\n\n") == digest


@pytest.mark.parametrize("raised", "¹²³⁴⁹₀₉①⑳⒈⓪㉑㊿")
def test_a_raised_or_ringed_digit_is_no_digit_of_the_number_before_it(raised: str):
    plain = unicodedata.normalize("NFKC", raised)
    assert normal_digest(f"Revenue 5{raised} million") != normal_digest(f"Revenue 5{plain} million")
    assert normal_digest(f"５{raised}") == normal_digest(f"5{raised} ")


@pytest.mark.parametrize("text", ["", " ", "one"])
def test_texts_too_short_for_a_shingle_have_features(text):
    assert jaccard(look(text), look(text)) == 1.0


def test_documents_without_a_text_are_no_copies_of_each_other():
    rows = pa.record_batch(
        {"text": ["", "a b", "", "a b"], "row": pa.array([1, 2, 3, 4], pa.uint64())}
    )
    keys = Exact().keys()(rows)
    assert keys["row"].to_pylist() == [2, 4]
    assert len(set(keys["key"].to_pylist())) == 1


# ------------------------------------------------------------------- giants


def test_a_giant_component_is_cut_and_no_copy_is_lost():
    texts = {}
    for family in range(12):
        words = prose(family)
        texts[family * 10] = " ".join(words)
        texts[family * 10 + 1] = " ".join(words)  # an exact copy
        texts[family * 10 + 2] = " ".join(edited(words, 0.01, family))
    known = {row: look(text) for row, text in texts.items()}
    found = split(sorted(texts), known)
    assert found == [[f * 10, f * 10 + 1, f * 10 + 2] for f in range(12)]


def test_exact_copies_of_texts_without_shingles_stay_together():
    known = {row: look(text) for row, text in enumerate(["", "", "one", "one", "two"])}
    assert split([0, 1, 2, 3, 4], known) == [[0, 1], [2, 3]]


def test_the_survivor_is_the_one_of_most_quality_or_least():
    text = look(" ".join(prose(1)))
    members = [(doc("a", quality=0.2), text), (doc("b", quality=0.9), text), (doc("c"), text)]
    for rule, wanted in (("t.good", "b"), ("-t.bad", "a")):
        rows = list(cluster(members, MERGE, Survivor(prefer="quality", quality=rule)))
        assert [r.doc_id for r in rows if r.kept] == [wanted]
        assert rows[-1].doc_id == "c", "what has no score comes last"
