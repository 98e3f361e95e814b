"""What each rank runs: `python -m trainer JOB.json`, or the same under torchrun.

One process needs no launcher: without RANK in the environment it is rank 0 of 1 and meets itself in
memory. With more, torchrun sets RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT. The job
is a `trainer.settings.Job`; pipelines/train.py writes it.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhdata.chat import Tokenizer, renderer
from qhdata.errors import Fault, QhdataError, UserError
from qhdata.recipe import parse, plain
from qhdata.shards.layout import ShardSet
from trainer.settings import Job
from trainer.stages import STAGES

if TYPE_CHECKING:
    from trainer.distributed import Ranks
    from trainer.loop import Feed, Progress
    from trainer.model import Policy

RUN = "run.json"


def main(arguments: list[str]) -> int:
    """Run a job; returns the process's exit code. An error is one line on stderr."""
    try:
        (path,) = arguments
        job = parse(Job, json.loads(Path(path).read_text(encoding="utf-8")), path)
    except (ValueError, OSError, QhdataError) as error:
        print(f"error: trainer: cannot read the job: {error}", file=sys.stderr)
        return 2
    try:
        run(job)
    except QhdataError as error:
        _fail(job, error)
        if "QHDATA_PARENT" not in os.environ:  # pipelines/train.py words it once, from run.json
            print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except Exception as error:
        return _defect(job, error)
    return 0


def _defect(job: Job, error: Exception) -> int:
    """What nobody foresaw, a full disk among it: one line, the traceback in a file."""
    path = Path(job.out) / f"traceback-{os.environ.get('RANK', '0')}.txt"
    words = " ".join(str(error).split())[:300]
    fault = Fault(
        what=f"the trainer failed: {type(error).__name__}: {words}",
        where=str(path),
        mend="the same command goes on from the last checkpoint",
    )
    try:
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        _fail(job, fault)
    except OSError:
        pass  # nothing can be written there: the line below is all
    if "QHDATA_PARENT" not in os.environ or not path.exists():
        print(f"error: {fault}", file=sys.stderr)
    return fault.exit_code


def run(job: Job) -> None:
    """One stage from its start, or from its newest checkpoint, to its end or a signal."""
    # Other people's deprecations, printed once an update, would bury the progress line.
    warnings.filterwarnings("ignore", category=FutureWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    from trainer.distributed import Ranks

    tokenizer = Tokenizer.load(Path(job.tokenizer))
    _check_data(job, tokenizer)
    ranks = Ranks(job.parallel)
    try:
        _stage(job, ranks, tokenizer)
    finally:
        ranks.close()


def _stage(job: Job, ranks: Ranks, tokenizer: Tokenizer) -> None:
    import transformers

    from trainer import checkpoint, loop, model
    from trainer.meter import Meter

    transformers.utils.logging.disable_progress_bar()
    out, settings, stage = Path(job.out), job.settings, STAGES[job.stage]
    found = ranks.share(_newest(out, ranks))
    policy = (
        model.load(Path(job.init))
        if job.init
        else model.fresh(
            job.shape, tokenizer.size, settings.seed, model.special_ids(Path(job.tokenizer))
        )
    )
    if policy.vocabulary < tokenizer.size:
        raise UserError(
            what=f"the model knows {policy.vocabulary} tokens, the tokenizer {tokenizer.size}",
            where=job.init,
            mend="give the tokenizer that the model was trained with",
        )
    model.check_attention(policy)
    if ranks.first:
        out.mkdir(parents=True, exist_ok=True)
        checkpoint.write_json(out / RUN, _status(job, "running", None))
    # A feed may need the policy as it starts (preference) or a copy of it (rollouts).
    feed = _feed(job, policy, ranks, tokenizer)
    ranks.wrap(policy, settings.optimizer)
    progress = loop.Progress()
    meter = Meter(out, job.stage, active=ranks.first, flops_per_token=6.0 * _parameters(policy))
    if found is not None:
        state = found["state"]
        checkpoint.restore(Path(found["folder"]), state, ranks)
        feed.resume(state["feed"])
        progress = loop.Progress(
            update=state["update"], tokens=state["tokens"], seconds=state["seconds"]
        )
    meter.cut(progress.update)
    begun = time.monotonic()
    progress = loop.train(
        feed,
        stage.loss(settings),
        ranks,
        settings.schedule,
        meter,
        out,
        progress,
        temperature=settings.sampling.temperature if stage.feed == "rollouts" else 1.0,
        save_every=settings.save_every,
    )
    digest = ""
    if not progress.stopped:
        digest = checkpoint.export(out, ranks, policy, Path(job.tokenizer))
    if ranks.first:
        word = "preempted" if progress.stopped else "complete"
        checkpoint.write_json(out / RUN, _status(job, word, progress) | {"model": digest})
        _say(job, word, progress, time.monotonic() - begun)


def _fail(job: Job, error: QhdataError) -> None:
    """Leave the error in run.json, as data; rank 0 alone."""
    from trainer import checkpoint

    if os.environ.get("RANK", "0") == "0":
        worded = {"what": error.what, "where": error.where, "mend": error.mend}
        status = _status(job, "failed", None) | {"error": {**worded, "code": error.exit_code}}
        checkpoint.write_json(Path(job.out) / RUN, status)


def _newest(out: Path, ranks: Ranks) -> dict[str, Any] | None:
    from trainer import checkpoint

    found = checkpoint.newest(out) if ranks.first else None
    return {"folder": str(found[0]), "state": found[1]} if found else None


def _check_data(job: Job, tokenizer: Tokenizer) -> None:
    """The shards are of the stage's kind, this tokenizer and, beyond cpt, this chat template."""
    for stage, data in {job.stage: job.data, **job.replay}.items():
        kind, shards = STAGES[stage].kind, ShardSet.open(Path(data))
        if shards.info.kind != kind:
            raise UserError(
                what=f"shards of kind {shards.info.kind}; {stage} reads {kind}",
                where=data,
                mend=f"qhdata shard build --kind {kind}",
            )
        template = renderer(tokenizer).digest if shards.info.template else None
        shards.require(tokenizer.digest, template)


def _feed(job: Job, policy: Policy, ranks: Ranks, tokenizer: Tokenizer) -> Feed:
    from trainer.feeds import PairFeed, ShardFeed, reference_logp

    data, settings = Path(job.data), job.settings
    sets = {str(stage): Path(path) for stage, path in {job.stage: job.data, **job.replay}.items()}
    kind = STAGES[job.stage].feed
    if kind == "shards":
        return ShardFeed(sets, settings, ranks)
    if kind == "pairs":
        import torch

        def score(packs: Any) -> list[Any]:
            with torch.no_grad():
                return [policy(pack).cpu().numpy() for pack in packs]

        reference = reference_logp(data, score, settings.rows_per_pack)
        return PairFeed(sets, settings, ranks, reference)
    import copy

    from qhdata.env import World
    from qhdata.sampling.hf import HfSampler
    from trainer.rollouts.feed import RolloutFeed

    return RolloutFeed(
        sets,
        Path(job.out),
        settings,
        ranks,
        # A copy: under ZeRO-3 the trainer's own weights are in pieces, and DeepSpeed hooks them.
        HfSampler(copy.deepcopy(policy.lm)) if ranks.first else _Absent(),
        renderer(tokenizer),
        World.open(Path(job.world)) if job.world else None,
    )


class _Absent:
    """The sampler of ranks that do not sample: rank 0 plays, all train."""

    def generate(self, requests: Any) -> list[Any]:
        raise Fault(what="a rank that does not sample was asked to", where="trainer")

    def load(self, version: int, weights: Any) -> None:
        pass

    def logp(self, ids: Any) -> list[float]:
        return []

    def close(self) -> None:
        pass


def _parameters(policy: Policy) -> int:
    return sum(p.numel() for _, p in policy.named())


def _status(job: Job, status: str, progress: Progress | None) -> dict[str, Any]:
    found: dict[str, Any] = {"stage": job.stage, "status": status, "job": plain(job)}
    if progress is not None:
        found |= {
            "updates": progress.update,
            "tokens": progress.tokens,
            "seconds": round(progress.seconds, 3),
        }
    return found


def _say(job: Job, word: str, progress: Progress, wall: float) -> None:
    rate = progress.tokens / max(progress.seconds, 1e-9)
    then = "" if word == "complete" else "; the same command goes on from here"
    print(
        f"{job.out}: {job.stage} {word}: {progress.update} updates, {progress.tokens:,} tokens, "
        f"{wall:.0f} s, {rate:,.0f} tokens/s{then}",
        flush=True,
    )


if __name__ == "__main__":
    code = main(sys.argv[1:])
    if "trainer.distributed" in sys.modules:  # torch was needed: a job that cannot be read is not
        from trainer.distributed import leave

        leave(code)
    raise SystemExit(code)
