"""Rollouts are shards: what a policy sampled, with log-probabilities, read like supervised data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qhdata.artifact import Artifact
from qhdata.chat import RoleSpan, Tokenizer
from qhdata.records import JsonText, json_text
from qhdata.shards.pieces import DatasetInfo, Piece, RolloutRow
from qhdata.shards.tokenize import span_rows
from qhdata.shards.writing import STEP, Spool, Target, write_dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """One episode in tokens, as a transcript left it, and what it scored."""

    ids: Sequence[int]
    weights: Sequence[float]
    """By token: above 0 where the policy's token is trained."""
    logp: Sequence[float]
    """By token, the sampler's; 0 where nothing was sampled."""
    spans: Sequence[RoleSpan]
    task_id: str
    group_id: str
    """All rollouts of one prompt."""
    member: int
    status: str
    reward: float | None
    parts: Mapping[str, float | None] = field(default_factory=dict)
    advantage: float = 0.0
    versions: Sequence[tuple[int, int, int]] = ()
    """(start, end, version) of every turn."""
    version: int = 0
    """Used where there are no `versions`."""
    weight: float = 1.0
    split: str = "train"
    filer_id: str = ""
    lang: str = "en"
    license: str = ""
    public_at: str | None = None
    source: str = ""
    """Family or domain."""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    judge: str = ""
    world_digest: str = ""
    overlay_digest: str = ""
    trajectory: JsonText = JsonText("")


def write_rollouts(
    out: Path,
    rollouts: Sequence[Rollout],
    *,
    tokenizer: Tokenizer,
    family: str,
    template: str,
    context: int,
    settings: Mapping[str, Any],
    inputs: Mapping[str, str],
    notes: Mapping[str, Any] | None = None,
) -> Artifact:
    """Write `rollouts/N`: groups in the order of arrival, members of a group together.

    template: the renderer's digest; settings, inputs: what decides the content (step, policy
    version, seed; digests). A folder that is complete is opened and not written again.
    """
    target = Target(
        kind="rollouts",
        tokenizer=tokenizer.digest,
        vocabulary=tokenizer.size,
        family=family,
        template=template,
        context=context,
        eos_id=tokenizer.eos,
    )
    with Artifact.create(out, "rollouts", settings=settings, inputs=inputs) as artifact:
        if artifact.step(STEP) is not None:
            return artifact
        order = {r.group_id: n for n, r in reversed(list(enumerate(rollouts)))}
        spool = Spool(artifact.path, "rollouts")
        for rollout in sorted(rollouts, key=lambda r: (order[r.group_id], r.member)):
            spool.add(_piece(rollout, tokenizer), 0, ordered=True)
        info = spool.lay_out(artifact, target)
        finish(artifact, info, "rollout", {"rollout": len(rollouts)}, notes)
    return artifact


def finish(
    artifact: Artifact,
    info: DatasetInfo,
    unit: str,
    counts: Mapping[str, int],
    notes: Mapping[str, Any] | None,
) -> None:
    """Fold commits into the manifest, `dataset.json` first."""
    write_dataset(artifact, info)
    artifact.finish(f"{STEP}-files", name="files", version=1, unit="piece", seconds=0.0)
    kept = next(iter(counts.values()))
    artifact.commit(
        STEP,
        "all",
        {},
        {"rows_in": kept, "rows_kept": kept, "rows_dropped": 0, "rows_quarantined": 0},
    )
    artifact.finish(STEP, name=STEP, version=1, unit=unit, seconds=0.0, notes=notes)


def _piece(r: Rollout, tokenizer: Tokenizer) -> Piece:
    ids = np.asarray(r.ids, dtype=np.uint32)
    targets = (np.asarray(r.weights, dtype=np.float32) > 0).astype(np.uint8)
    targets[:1] = 0
    lengths = tokenizer.byte_lengths
    known = np.minimum(ids.astype(np.int64), len(lengths) - 1)
    row = RolloutRow(
        example_id=f"{r.group_id}#{r.member}",
        group_id=r.group_id,
        group_size=0,
        member=r.member,
        split=r.split,
        public_at=r.public_at,
        filer_id=r.filer_id,
        source=r.source,
        lang=r.lang,
        license=r.license,
        weight=r.weight,
        tokens=len(ids),
        targets=int(targets.sum()),
        bytes=int(lengths[known][targets > 0].sum()),
        spans=span_rows(r.spans),
        role="",
        doc_id="",
        start=0,
        end=0,
        continued=False,
        payload=r.trajectory,
        sources=JsonText("[]"),
        task_id=r.task_id,
        status=r.status,
        reward=r.reward,
        parts=json_text(dict(r.parts)),
        advantage=r.advantage,
        version=min((v for _, _, v in r.versions), default=r.version),
        versions=json_text([list(v) for v in r.versions]),
        sampling=json_text(dict(r.sampling)),
        judge=r.judge,
        world_digest=r.world_digest,
        overlay_digest=r.overlay_digest,
    )
    return Piece(ids=ids, targets=targets, logp=np.asarray(r.logp, dtype=np.float32), row=row)
