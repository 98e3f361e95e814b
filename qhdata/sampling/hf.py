"""Sample from a transformers model: batched, with a KV cache that is written in place.

Prompts are sorted by length, left-padded, filled once for all members of a group, and then go on
column by column in a cache that never grows; rows that have stopped are squeezed out. The model is
called with explicit masks and position ids, so nothing depends on what transformers guesses from a
missing mask. How fast this is beside `generate()` stands in benchmarks/results/*-sampling.json.

Works for decoders whose layers all attend to the whole prefix (Qwen3, Llama and their like).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qhdata.errors import MissingExtra, UserError
from qhdata.recipe import Settings
from qhdata.sampling.base import Completion, Request, Weights, uniform

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class HfSettings(Settings):
    """How the work is cut; changes speed and memory, not what is sampled (up to rounding)."""

    rows: int = 256
    """Most sequences that are sampled together."""
    cache_mb: int = 1024
    """Most memory of the KV cache; fewer sequences go together where they are long."""
    squeeze: float = 0.6
    """Stopped rows are taken out when the share of live rows is at or below this."""
    device: str = "cpu"
    """Where a model that is opened from a folder runs."""


class HfSampler:
    """A transformers causal language model as a Sampler; it may be the trainer's own object."""

    def __init__(self, model: Any, settings: HfSettings | None = None, version: int = 0) -> None:
        self.model = model
        self.settings = settings or HfSettings()
        self.version = version
        named = inspect.signature(model.forward).parameters
        self._cache_name = "cache" if "cache" in named else "past_key_values"  # before 5.24

    @classmethod
    def open(cls, path: Path, settings: HfSettings | None = None, version: int = 0) -> HfSampler:
        """A saved model folder, fp32 on a CPU and bf16 elsewhere. Raises UserError."""
        chosen = settings or HfSettings()
        try:
            import torch
            import transformers
        except ImportError as error:
            raise MissingExtra(
                what=f"{error.name} is not installed", where="sampling.hf", mend="install [train]"
            ) from None
        dtype = torch.float32 if chosen.device == "cpu" else torch.bfloat16
        try:
            model = transformers.AutoModelForCausalLM.from_pretrained(
                str(path), dtype=dtype, local_files_only=True
            )
        except (OSError, ValueError, KeyError) as error:
            raise UserError(
                what=f"is not a saved model: {str(error).splitlines()[0]}",
                where=str(path),
                mend="give a checkpoint's hf/ folder",
            ) from None
        return cls(model.to(chosen.device), chosen, version)

    # ------------------------------------------------------------ Sampler

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        """Completions in the order of requests, the members of one request together."""
        import torch

        found: dict[tuple[int, int], Completion] = {}
        with self._quiet(), torch.inference_mode():
            for batch in self._batches(requests):
                for key, completion in self._run(batch, requests):
                    found[key] = completion
        return [found[i, m] for i, request in enumerate(requests) for m in range(request.n)]

    def load(self, version: int, weights: Weights) -> None:
        """A saved model's folder, or tensors by name; UserError where names or shapes differ."""
        import torch

        given: Mapping[str, Tensor] = (
            HfSampler.open(weights, self.settings).model.state_dict()
            if isinstance(weights, Path)
            else weights
        )
        own: Mapping[str, Tensor] = self.model.state_dict()
        tied = {k for k in own if k not in given and k.endswith("lm_head.weight")}
        wrong = (set(own) ^ set(given)) - tied
        wrong |= {k for k in own if k in given and own[k].shape != given[k].shape}
        if wrong:
            raise UserError(
                what=f"weights do not fit: {', '.join(sorted(wrong)[:3])}",
                where="sampling.hf",
                mend="load weights of the same shape of model",
            )
        with torch.no_grad():
            for name, value in given.items():
                own[name].copy_(value)
        self.version = version

    def logp(self, ids: Sequence[int]) -> list[float]:
        """ln p(ids[i] | ids[:i]) at temperature 1 for i = 1.."""
        import torch

        if len(ids) < 2:
            return []
        with self._quiet(), torch.inference_mode():
            row = torch.tensor([list(ids)], device=self._device)
            positions = torch.arange(len(ids), device=self._device)[None]
            logits = self.model(input_ids=row, position_ids=positions, use_cache=False).logits
            every = torch.log_softmax(logits[0, :-1].float(), -1)
            return [float(x) for x in every.gather(1, row[0, 1:, None])[:, 0]]

    def close(self) -> None:
        """Let go of the model."""
        self.model = None

    # ------------------------------------------------------------ work

    @property
    def _device(self) -> torch.device:
        device: torch.device = next(self.model.parameters()).device
        return device

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Evaluation mode and sdpa attention, put back afterwards: the model may be in training."""
        config = self.model.config
        training, attention = self.model.training, config._attn_implementation
        self.model.eval()
        config._attn_implementation = "sdpa"
        try:
            yield
        finally:
            config._attn_implementation = attention
            self.model.train(training)

    def _batches(self, requests: Sequence[Request]) -> Iterator[list[tuple[int, int]]]:
        """(request, member) pairs that are sampled together: alike in length, within memory."""
        order = sorted(
            range(len(requests)), key=lambda i: (len(requests[i].ids), requests[i].max_tokens, i)
        )
        config = self.model.config
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        width = getattr(config, "head_dim", None) or config.hidden_size // (
            config.num_attention_heads
        )
        bytes_each = 2 * config.num_hidden_layers * heads * width * self.model.dtype.itemsize
        batch: list[tuple[int, int]] = []
        longest = reach = 0
        for i in order:
            request = requests[i]
            if not request.ids:
                raise UserError(what="a prompt without ids", where="sampling.hf")
            for member in range(request.n):
                length = max(longest, len(request.ids))
                room = max(reach, request.max_tokens)
                size = (len(batch) + 1) * (length + room) * bytes_each
                if batch and (
                    len(batch) >= self.settings.rows or size > self.settings.cache_mb << 20
                ):
                    yield batch
                    batch, length, room = [], len(request.ids), request.max_tokens
                batch.append((i, member))
                longest, reach = length, room
        if batch:
            yield batch

    def _run(
        self, batch: list[tuple[int, int]], requests: Sequence[Request]
    ) -> Iterator[tuple[tuple[int, int], Completion]]:
        import torch

        picked = [requests[i] for i, _ in batch]
        prompts = list(dict.fromkeys(i for i, _ in batch))
        length = max(len(requests[i].ids) for i in prompts)
        reach = max(r.max_tokens for r in picked)
        cache = _Cache(len(batch), length + reach)
        where = {i: p for p, i in enumerate(prompts)}
        rows_of = [where[i] for i, _ in batch]
        logits, pads = self._fill([requests[i].ids for i in prompts], length, cache, rows_of)

        # Host side, one entry a live row; `live` maps rows of the cache to rows of the batch.
        live = np.arange(len(batch))
        seeds = np.array([r.seed & (2**64 - 1) for r in picked], dtype=np.uint64)
        members = np.array([m for _, m in batch], dtype=np.uint64)
        limits = np.array([r.max_tokens for r in picked])
        heat = np.array([r.temperature for r in picked], dtype=np.float32)
        stops = [frozenset(r.stop_ids) for r in picked]
        out_ids = np.zeros((len(batch), max(reach, 1)), dtype=np.int64)
        out_logp = np.zeros((len(batch), max(reach, 1)), dtype=np.float32)
        ended: dict[int, tuple[int, bool]] = {}
        alive = limits > 0
        for none in np.flatnonzero(~alive).tolist():
            ended[none] = (0, False)
        step = 0
        while alive.any():
            chance = uniform(seeds[live], members[live], np.full(len(live), step))
            ids, logp = _choose(logits, torch.from_numpy(heat[live]), torch.from_numpy(chance))
            chosen, scores = ids.cpu().numpy(), logp.cpu().numpy()
            out_ids[live, step], out_logp[live, step] = chosen, scores
            step += 1
            for k, row in enumerate(live.tolist()):
                if alive[row]:
                    stopped = int(chosen[k]) in stops[row]
                    if stopped or step >= limits[row]:
                        alive[row] = False
                        ended[row] = (step, stopped)
            if not alive.any():
                break
            staying = alive[live]
            if staying.sum() <= self.settings.squeeze * len(live):
                keep = torch.from_numpy(np.flatnonzero(staying))
                cache.keep(keep.to(ids.device))
                ids, pads, live = ids[keep], pads[keep], live[staying]
            logits = self._step(ids, pads, cache, length + step)
        for row, key in enumerate(batch):
            count, stopped = ended[row]
            yield (
                key,
                Completion(
                    tuple(out_ids[row, :count].tolist()),
                    tuple(out_logp[row, :count].tolist()),
                    "eos" if stopped else "length",
                    self.version,
                ),
            )

    def _fill(
        self, prompts: list[tuple[int, ...]], length: int, cache: _Cache, rows_of: list[int]
    ) -> tuple[Tensor, Tensor]:
        """Run the prompts, a bounded number at a time; each is filled once for all its rows."""
        import torch

        device = self._device
        pads = torch.tensor([length - len(ids) for ids in prompts], device=device)
        padded = torch.tensor([[0] * (length - len(p)) + list(p) for p in prompts], device=device)
        column = torch.arange(length, device=device)
        causal = column[None, :] <= column[:, None]
        some = max(1, (32 << 20) // max(1, 4 * length * length))
        rows = torch.tensor(rows_of, device=device)
        logits = None
        for at in range(0, len(prompts), some):
            part = slice(at, at + some)
            pad = pads[part]
            # [prompts, 1, query, key]: not the future, not the padding
            seen = causal[None] & (column[None, None, :] >= pad[:, None, None])
            cache.begin((rows >= at) & (rows < at + len(pad)), rows - at)
            found = self.model(
                input_ids=padded[part],
                position_ids=(column[None] - pad[:, None]).clamp(min=0),
                attention_mask=_additive(seen[:, None], self.model.dtype),
                use_cache=True,
                logits_to_keep=1,
                **{self._cache_name: cache},
            ).logits[:, -1]
            if logits is None:
                logits = found.new_zeros(len(prompts), found.shape[-1])
            logits[part] = found
        assert logits is not None  # there is at least one prompt
        cache.filled(length)
        return logits[rows], pads[rows]

    def _step(self, ids: Tensor, pads: Tensor, cache: _Cache, reach: int) -> Tensor:
        """One column for all live rows; `reach` is the number of columns with it."""
        import torch

        column = torch.arange(reach, device=ids.device)
        seen = column[None, :] >= pads[:, None]
        logits: Tensor = self.model(
            input_ids=ids[:, None],
            position_ids=(reach - 1 - pads)[:, None],
            attention_mask=_additive(seen[:, None, None], self.model.dtype),
            use_cache=True,
            **{self._cache_name: cache},
        ).logits
        return logits[:, -1]


class _Cache:
    """Keys and values of every layer, [rows, heads, columns, width], written in place.

    It has the one method that a decoder layer calls; transformers asks for nothing else when masks
    and positions are given.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self._shape = rows, columns
        self._layers: dict[int, tuple[Tensor, Tensor]] = {}
        self._column = 0
        self._into: tuple[Tensor, Tensor] | None = None

    def begin(self, rows: Tensor, prompt_of: Tensor) -> None:
        """What comes is a prompt: row r of `rows` takes prompt `prompt_of[r]`."""
        self._into = rows, prompt_of[rows]

    def filled(self, columns: int) -> None:
        """All prompts are in; what comes is one column at a time."""
        self._into, self._column = None, columns

    def keep(self, rows: Tensor) -> None:
        """Squeeze the cache to these rows."""
        used = self._column
        for layer, pair in self._layers.items():
            smaller = []
            for old in pair:
                new = old.new_empty(len(rows), *old.shape[1:])
                new[:, :, :used] = old[rows, :, :used]
                smaller.append(new)
            self._layers[layer] = smaller[0], smaller[1]

    def update(
        self, key: Tensor, value: Tensor, layer: int, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Store and return what a query may look at."""
        if layer not in self._layers:
            rows, columns = self._shape
            shape = rows, key.shape[1], columns, key.shape[3]
            self._layers[layer] = key.new_zeros(shape), value.new_zeros(shape)
        keys, values = self._layers[layer]
        if self._into is not None:
            rows_in, prompt_of = self._into
            length = key.shape[2]
            keys[rows_in, :, :length] = key[prompt_of]
            values[rows_in, :, :length] = value[prompt_of]
            return key, value
        if layer == 0:
            self._column += 1
        at = self._column
        keys[:, :, at - 1] = key[:, :, 0]
        values[:, :, at - 1] = value[:, :, 0]
        return keys[:, :, :at], values[:, :, :at]


def _additive(seen: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where seen, the dtype's lowest value elsewhere (-inf would make NaN of a padded row)."""
    import torch

    mask = torch.zeros(seen.shape, dtype=dtype, device=seen.device)
    return mask.masked_fill_(~seen, torch.finfo(dtype).min)


def _choose(logits: Tensor, heat: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
    """Ids [rows] and their log-probabilities from logits [rows, vocabulary].

    The id whose stretch of the cumulative distribution holds `chance`; the likeliest where heat
    is 0.
    """
    import torch

    heat, chance = heat.to(logits.device), chance.to(logits.device)
    greedy = heat <= 0
    every = torch.log_softmax(logits.float() / torch.where(greedy, 1.0, heat)[:, None], -1)
    reached = every.double().exp().cumsum(-1)
    target = (chance * reached[:, -1])[:, None]
    ids = torch.searchsorted(reached, target, right=True)[:, 0].clamp(max=logits.shape[-1] - 1)
    if bool(greedy.any()):
        ids = torch.where(greedy, every.argmax(-1), ids)
    return ids, every.gather(1, ids[:, None])[:, 0]
