"""Ranks, ZeRO and gathering: the only file that imports deepspeed.

What is set and why (all measured on 0.19.8 with torch 2.13, CPU, gloo):
- `managed_gradient_accumulation: false` and `backward(..., scale_wrt_gas=False)`: an update is
  when we say so, and may have any number of packs. DeepSpeed takes the mean over ranks, so the
  loss, already divided by the global denominator, is multiplied by the world size: the gradient
  is exactly the gradient of sum / denominator.
- Every rank runs the same number of packs (`Ranks.pad`): ZeRO-2 dies and ZeRO-3 hangs otherwise.
- `grad_accum_dtype` and `communication_data_type` fp32 with bf16: with both, two ranks equal one
  bit for bit; with the first alone 14 % of the weights differ.
- ZeRO 1, 2 or 3. ZeRO-0 with bf16 is wrong by a quarter of the learning rate, and ZeRO-1 on one
  rank is bare torch.
- torch's own AdamW, no compiled op. One parameter group: DeepSpeed links the optimizer state of
  the first group only.
- The shared-memory op is switched off before init: it would compile for 87 s, and a run killed
  while it compiles leaves a lock on which every later run hangs.
"""

from __future__ import annotations

import logging
import math
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NoReturn, cast

import torch
from torch import Tensor, nn

from qhdata.errors import Fault, UserError
from trainer.batches import Pack, empty_pack
from trainer.model import Policy
from trainer.settings import AdamW, Parallel

SLOTS = ("exp_avg", "exp_avg_sq")


class Ranks:
    """The processes of one run; with `wrap`, the policy and its optimizer over them."""

    def __init__(self, settings: Parallel) -> None:
        self.settings = settings
        self.cpu = not torch.cuda.is_available()
        if self.cpu:
            os.environ["DS_ACCELERATOR"] = "cpu"
        for name, value in (("RANK", "0"), ("WORLD_SIZE", "1"), ("LOCAL_RANK", "0")):
            os.environ.setdefault(name, value)
        self.rank = int(os.environ["RANK"])
        self.world = int(os.environ["WORLD_SIZE"])
        local = int(os.environ["LOCAL_RANK"])
        self.device = torch.device("cpu") if self.cpu else torch.device("cuda", local)
        if self.cpu:
            here = int(os.environ.get("LOCAL_WORLD_SIZE", str(self.world)))
            torch.set_num_threads(settings.threads or max(1, (os.cpu_count() or 1) // here))
        else:
            torch.cuda.set_device(self.device)
        self._deepspeed = _import_deepspeed()
        if not torch.distributed.is_initialized():
            # Ours, without device_id: a group bound to a device hangs other groups made later.
            torch.distributed.init_process_group(
                "gloo" if self.cpu else "nccl", timeout=timedelta(seconds=settings.timeout),
                **_one_process(self.world),
            )  # fmt: skip
        self._deepspeed.init_distributed(
            "gloo" if self.cpu else "nccl", auto_mpi_discovery=False, verbose=False
        )
        self.applied = 0
        """Optimizer steps so far: an RL update without a live group is none."""
        self._engine: Any = None
        self._policy: Policy | None = None

    @property
    def first(self) -> bool:
        """Whether this is the rank that writes and prints."""
        return self.rank == 0

    # ------------------------------------------------------------ the update

    def wrap(self, policy: Policy, optimizer: AdamW) -> None:
        """Hand the policy to DeepSpeed; from here on `logp`, `backward` and `update` work."""
        dtype = next(policy.parameters()).dtype
        policy.to(self.device)
        adam = torch.optim.AdamW(
            [p for p in policy.parameters() if p.requires_grad],
            lr=0.0,
            betas=(optimizer.beta1, optimizer.beta2),
            eps=optimizer.eps,
            weight_decay=optimizer.weight_decay,
            fused=not self.cpu,
        )
        self._engine, *_ = self._deepspeed.initialize(
            model=policy,
            optimizer=adam,
            config=deepspeed_config(self.settings, optimizer.clip, dtype == torch.bfloat16),
        )
        self._policy = policy
        # DeepSpeed makes the optimizer's slots in the first step; a step that moves nothing makes
        # them now, so that a checkpoint can be written and read before any update was applied.
        self.backward(self.logp(_touch_all()).sum() * 0.0)
        self.update(0.0)
        self._count(0)

    def logp(self, pack: Pack, temperature: float = 1.0) -> Tensor:
        """[targets] fp32 of a pack, through DeepSpeed (gradients flow)."""
        return cast(Tensor, self._engine(pack.to(self.device), temperature))

    def backward(self, share: Tensor) -> None:
        """share: this pack's loss sum divided by the global denominator; shares of all ranks and
        packs add up.
        """
        self._engine.backward(share * self.world, scale_wrt_gas=False)

    def update(self, lr: float) -> float:
        """One optimizer step at `lr`; returns the gradient norm before clipping. Raises Fault for
        a skipped step.
        """
        for group in self._engine.optimizer.param_groups:
            group["lr"] = lr
        self._engine.step()
        self.applied += 1
        if not self._engine.was_step_applied():
            raise Fault(
                what="the update was skipped: a gradient is not finite",
                mend="lower the learning rate, then run again: it goes on from the last checkpoint",
            )
        norm = self._engine.get_global_grad_norm()
        return float(norm) if norm is not None else math.nan

    def pad(self, packs: Sequence[Pack]) -> list[Pack]:
        """Packs of this rank, filled up with empty ones to the largest count of any rank."""
        most = int(self.largest(float(len(packs))))
        like = packs[0] if packs else None
        return [*packs, *(empty_pack(like) for _ in range(most - len(packs)))]

    # ------------------------------------------------------------ talking

    def total(self, values: Sequence[float]) -> list[float]:
        """Sums over ranks, in fp64."""
        return self._reduce(values, torch.distributed.ReduceOp.SUM)

    def largest(self, value: float) -> float:
        """Maximum over ranks."""
        return self._reduce([value], torch.distributed.ReduceOp.MAX)[0]

    def barrier(self) -> None:
        """Wait for all ranks."""
        self.total([0.0])

    def share(self, value: Any) -> Any:
        """Rank 0's value, on every rank; plain data only."""
        if self.world == 1:
            return value
        box = [value]
        torch.distributed.broadcast_object_list(box, src=0)
        return box[0]

    def _reduce(self, values: Sequence[float], op: Any) -> list[float]:
        if self.world == 1:
            return [float(v) for v in values]
        tensor = torch.tensor(list(values), dtype=torch.float64, device=self.device)
        torch.distributed.all_reduce(tensor, op=op)
        return [float(v) for v in tensor]

    # ------------------------------------------------------------ state, by parameter name

    def weights(self) -> Iterator[tuple[str, Tensor]]:
        """(name, full fp32 master weight), one at a time; every rank must walk it."""
        api = _fragments()
        for name, param in self._named():
            yield name, api.safe_get_full_fp32_param(param)

    def state(self) -> Iterator[tuple[str, Tensor]]:
        """(`<name>`, `<name>|exp_avg`, `<name>|exp_avg_sq`, full fp32 tensor); every rank must
        walk it.
        """
        api = _fragments()
        for name, param in self._named():
            yield name, api.safe_get_full_fp32_param(param)
            for slot in SLOTS:
                yield f"{name}|{slot}", api.safe_get_full_optimizer_state(param, slot)

    def restore(self, tensors: Any, applied: int) -> None:
        """Put back what `state` gave, on any number of ranks; `applied` is AdamW's own counter.

        tensors: name -> full tensor, read lazily.
        """
        api = _fragments()
        for name, param in self._named():
            for slot in ("", *SLOTS):
                full = tensors[f"{name}|{slot}" if slot else name].to(torch.float32)
                if self.settings.zero == 3:
                    # safe_set_full_* is wrong for ZeRO-3 where the size does not divide by the
                    # ranks.
                    part = self._slice(full, param)
                    if slot:
                        api.safe_set_local_optimizer_state(param, part, slot)
                    else:
                        api.safe_set_local_fp32_param(param, part)
                        cast(Any, param).ds_tensor.data.copy_(part)
                elif slot:
                    api.safe_set_full_optimizer_state(param, full, slot)
                else:
                    # The master, and the weight that the next forward pass reads.
                    api.safe_set_full_fp32_param(param, full)
                    param.data.copy_(full)
        self._count(applied)

    def _named(self) -> Iterator[tuple[str, nn.Parameter]]:
        if self._policy is None:
            raise Fault(what="no policy is wrapped yet")
        yield from self._policy.named()

    def _slice(self, full: Tensor, param: nn.Parameter) -> Tensor:
        flat = full.flatten().to(self.device)
        size = -(-flat.numel() // self.world)
        padded = torch.zeros(size * self.world, dtype=flat.dtype, device=flat.device)
        padded[: flat.numel()] = flat
        return padded[self.rank * size : (self.rank + 1) * size]

    def _count(self, applied: int) -> None:
        """Set AdamW's counter, which its bias correction reads."""
        self.applied = applied
        adam = getattr(self._engine.optimizer, "optimizer", self._engine.optimizer)
        for values in adam.state.values():
            values["step"] = torch.full_like(torch.as_tensor(values["step"]), float(applied))

    def close(self) -> None:
        """Leave the process group."""
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()


def leave(code: int) -> NoReturn:
    """End this rank's process with an exit code, past the interpreter's own finalisation.

    DeepSpeed keeps the groups that `close` left, and with them gloo's threads (six of them, seen
    after `close`). One that wants the interpreter while it is torn down ends a rank whose work is
    done with SIGABRT, "terminate called without an active exception": 2 of 5 launches on one day.
    Whatever must last has been written and synced before this.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def deepspeed_config(settings: Parallel, clip: float, bf16: bool) -> dict[str, Any]:
    """What DeepSpeed is told; nothing else is."""
    zero: dict[str, Any] = {
        "stage": settings.zero,
        "overlap_comm": False,
        "contiguous_gradients": True,
        "reduce_bucket_size": settings.bucket,
        "allgather_bucket_size": settings.bucket,
    }
    if settings.zero == 3:
        zero |= {
            "stage3_prefetch_bucket_size": settings.bucket,
            "stage3_param_persistence_threshold": 0,
            "stage3_max_live_parameters": 10 * settings.bucket,
            "stage3_max_reuse_distance": 10 * settings.bucket,
        }
    config: dict[str, Any] = {
        "train_micro_batch_size_per_gpu": 1,
        "gradient_accumulation_steps": 1,
        "managed_gradient_accumulation": False,
        "gradient_clipping": clip,
        "steps_per_print": 1_000_000_000,
        "zero_optimization": zero,
    }
    if bf16:
        config |= {
            "bf16": {"enabled": True},
            "data_types": {"grad_accum_dtype": "fp32"},
            "communication_data_type": "fp32",
        }
    return config


def _touch_all() -> Pack:
    """Two tokens with one target: a forward pass through every parameter."""
    return Pack(
        ids=torch.zeros((1, 2), dtype=torch.int64),
        positions=torch.tensor([[0, 1]]),
        at=torch.zeros(1, dtype=torch.int64),
        label=torch.zeros(1, dtype=torch.int64),
        weight=torch.ones(1),
    )


def _one_process(world: int) -> dict[str, Any]:
    """Without a launcher one process needs no port: a store in memory will do."""
    if world == 1 and "MASTER_ADDR" not in os.environ:
        return {"store": cast(Any, torch.distributed).HashStore(), "rank": 0, "world_size": 1}
    return {}


def _import_deepspeed() -> Any:
    logging.getLogger("DeepSpeed").setLevel(logging.ERROR)
    os.environ.setdefault("DS_LOG_LEVEL", "error")
    try:
        import deepspeed
        import deepspeed.ops
    except ImportError as error:
        raise UserError(
            what=f"deepspeed is not usable: {error}", mend="pip install 'qhdata[train]'"
        ) from None
    logging.getLogger("DeepSpeed").setLevel(logging.ERROR)
    if os.environ.get("DS_ACCELERATOR") == "cpu":
        deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
    return deepspeed


def _fragments() -> Any:
    import deepspeed.utils

    return deepspeed.utils
