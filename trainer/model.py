"""The policy: a transformers model, its log-probabilities in chunks, and a check that packed
pieces cannot see each other.

The model is called with `use_cache=False`, `position_ids` and no attention mask: that is the only
call for which transformers itself builds the block-diagonal causal mask from positions that
restart (a mask of ones, or the default `use_cache=True`, leaks across pieces without a word:
measured 0.75 in logits, against 2e-7). Because that depends on somebody else's release,
`check_attention` proves it at every start.

Full logits never exist: targets are projected to the vocabulary chunk by chunk, forward keeps one
number a target (the log of the sum), and backward makes the chunk's logits again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from qhdata.errors import Fault, UserError
from trainer.batches import Pack
from trainer.settings import Shape

CHUNK_BYTES = 4 << 20
"""Bytes of logits at a time; 4 MiB stays in a CPU's cache and is small beside the activations on
a GPU.
"""


class Policy(nn.Module):
    """A causal language model whose forward gives the log-probability of each target."""

    def __init__(self, lm: nn.Module) -> None:
        super().__init__()
        self.lm = lm
        self.head = _Head(cast(Any, lm).lm_head.weight)

    def forward(self, pack: Pack, temperature: float = 1.0) -> Tensor:
        """[targets] fp32: log-probability of `pack.label` at `pack.at`, of the full vocabulary."""
        hidden = self.hidden(pack.ids, pack.positions)
        flat = hidden.reshape(-1, hidden.shape[-1])
        return cast(Tensor, self.head(flat[pack.at], pack.label, temperature))

    def hidden(self, ids: Tensor, positions: Tensor) -> Tensor:
        """[rows, width, hidden] of the last layer, after the final norm."""
        out = cast(Any, self.lm).model(
            input_ids=ids, position_ids=positions, use_cache=False, attention_mask=None
        )
        return cast(Tensor, out.last_hidden_state)

    def named(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Parameters by their transformers name, each once (tied ones under the first name)."""
        yield from self.lm.named_parameters(remove_duplicate=True)

    @property
    def vocabulary(self) -> int:
        """Rows of the output matrix."""
        return int(cast(Any, self.lm).config.vocab_size)


class _Head(nn.Module):
    """The output matrix, tied or not; a module of its own so that ZeRO-3 gathers it when it is
    called.
    """

    def __init__(self, weight: nn.Parameter) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, hidden: Tensor, label: Tensor, temperature: float) -> Tensor:
        apply = cast(Any, _LabelLogp).apply
        return cast(Tensor, apply(hidden, self.weight, label, 1.0 / temperature))


class _LabelLogp(torch.autograd.Function):
    """log_softmax(hidden @ weight.T * scale)[label], without ever holding all logits."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, label: Tensor, scale: float) -> Tensor:
        n = hidden.shape[0]
        logp = torch.empty(n, dtype=_wide(hidden.dtype), device=hidden.device)
        norm = torch.empty_like(logp)
        for part in _chunks(n, weight.shape[0]):
            logits = _logits(hidden[part], weight, scale)
            norm[part] = torch.logsumexp(logits, dim=-1)
            logp[part] = logits.gather(1, label[part, None]).squeeze(1) - norm[part]
        ctx.save_for_backward(hidden, weight, label, norm)
        ctx.scale = scale
        return logp

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        hidden, weight, label, norm = ctx.saved_tensors
        (grad,) = grads
        grad_hidden = torch.zeros_like(hidden)
        grad_weight = torch.zeros(weight.shape, dtype=_wide(weight.dtype), device=weight.device)
        for part in _chunks(hidden.shape[0], weight.shape[0]):
            # d logp / d logits = onehot - softmax
            pull = _logits(hidden[part], weight, ctx.scale).sub_(norm[part, None]).exp_().neg_()
            pull.scatter_add_(1, label[part, None], torch.ones_like(pull[:, :1]))
            pull.mul_((grad[part] * ctx.scale)[:, None])
            low = pull.to(weight.dtype)
            grad_hidden[part] = low @ weight
            grad_weight += (low.T @ hidden[part]).to(grad_weight.dtype)
        return grad_hidden, grad_weight.to(weight.dtype), None, None


def _wide(dtype: torch.dtype) -> torch.dtype:
    return torch.float64 if dtype == torch.float64 else torch.float32


def _logits(hidden: Tensor, weight: Tensor, scale: float) -> Tensor:
    logits = (hidden @ weight.T).to(_wide(weight.dtype))
    return logits if scale == 1.0 else logits.mul_(scale)


def _chunks(n: int, vocabulary: int) -> Iterator[slice]:
    rows = max(1, CHUNK_BYTES // (4 * vocabulary))
    for start in range(0, n, rows):
        yield slice(start, min(start + rows, n))


# ------------------------------------------------------------------ making, loading, saving


def fresh(
    shape: Shape, vocabulary: int, seed: int, special: dict[str, int] | None = None
) -> Policy:
    """A model with random weights; the vocabulary is padded to a multiple of 64.

    special: token ids for the config, such as `{"eos_token_id": 3, "pad_token_id": 0}`.
    """
    from transformers import AutoModelForCausalLM, LlamaConfig, Qwen3Config

    kind = {"qwen3": Qwen3Config, "llama": LlamaConfig}[shape.family]
    config = kind(
        vocab_size=-(-vocabulary // 64) * 64,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_width,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.context,
        rope_parameters={"rope_type": "default", "rope_theta": shape.rope_theta},
        tie_word_embeddings=True,
        initializer_range=shape.init_std,
        attention_dropout=0.0,
        use_cache=False,
        **(special or {}),
    )
    torch.manual_seed(seed)
    lm = AutoModelForCausalLM.from_config(
        config, attn_implementation="sdpa", dtype=getattr(torch, shape.dtype)
    )
    return Policy(lm)


def load(folder: Path, dtype: str | None = None) -> Policy:
    """A model from a folder that transformers reads. Raises UserError where there is none, Fault
    for missing weights.
    """
    if not (folder / "config.json").is_file():
        raise UserError(
            what="is not a model folder (no config.json)",
            where=str(folder),
            mend="give a checkpoint's hf/ folder or a local transformers model",
        )
    from transformers import AutoModelForCausalLM

    lm, report = AutoModelForCausalLM.from_pretrained(
        folder,
        attn_implementation="sdpa",
        dtype=getattr(torch, dtype) if dtype else "auto",
        local_files_only=True,
        output_loading_info=True,
    )
    missing = sorted(report.get("missing_keys") or ())
    if missing:
        raise Fault(
            what=f"{len(missing)} weights are missing, first {missing[0]!r}",
            where=str(folder),
            mend="the folder is incomplete or of another architecture",
        )
    return Policy(lm)


def special_ids(folder: Path) -> dict[str, int]:
    """`bos/eos/pad_token_id` that a tokenizer folder declares, for the config of a fresh model."""
    config, vocabulary = folder / "tokenizer_config.json", folder / "tokenizer.json"
    if not config.is_file() or not vocabulary.is_file():
        return {}
    names = json.loads(config.read_text(encoding="utf-8"))
    added = json.loads(vocabulary.read_text(encoding="utf-8")).get("added_tokens", [])
    ids = {token["content"]: int(token["id"]) for token in added}
    found = {}
    for role in ("bos", "eos", "pad"):
        name = names.get(f"{role}_token")
        name = name.get("content") if isinstance(name, dict) else name
        if name in ids:
            found[f"{role}_token_id"] = ids[name]
    return found


def check_attention(policy: Policy) -> None:
    """Prove that pieces in one row are isolated and that attention is causal; raises Fault in
    words otherwise.

    Two pieces share a row. Changing a token of the first must not move the second, and changing
    the last token of the second must not move anything before it; and the second must equal
    itself alone. Costs three tiny forward passes.
    """
    device = next(policy.parameters()).device
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(0, policy.vocabulary, (1, 12), generator=generator)
    positions = torch.cat([torch.arange(5), torch.arange(7)])[None]
    touched = ids.clone()
    touched[0, 2] = (touched[0, 2] + 1) % policy.vocabulary
    touched[0, 11] = (touched[0, 11] + 1) % policy.vocabulary
    was = policy.training
    policy.eval()
    with torch.no_grad():
        both = policy.hidden(ids.to(device), positions.to(device))[0].float()
        moved = policy.hidden(touched.to(device), positions.to(device))[0].float()
        alone = policy.hidden(ids[:, 5:].to(device), positions[:, 5:].to(device))[0].float()
    policy.train(was)
    scale = float(both.abs().max()) or 1.0
    bound = scale * (1e-4 if next(policy.parameters()).dtype == torch.float32 else 3e-2)
    if float((both[5:11] - moved[5:11]).abs().max()) > bound:
        raise _leak("a piece sees the piece before it in its row, or a token that follows")
    if float((both[:2] - moved[:2]).abs().max()) > bound:
        raise _leak("a token sees a token that follows it")
    if float((both[5:] - alone).abs().max()) > bound:
        raise _leak("a piece in a row is not what it is alone")


def _leak(what: str) -> Fault:
    return Fault(
        what=f"attention leaks: {what}",
        where="trainer.model.check_attention",
        mend="use the sdpa attention of a supported transformers release",
    )
