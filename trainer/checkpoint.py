"""Checkpoints that know no world size: one tensor per parameter name, and a small JSON beside them.

    steps/<N>/state.json            update, tokens, data state, digests: what the loop needs
    steps/<N>/rank-<r>.safetensors  `<name>`, `<name>|exp_avg`, `<name>|exp_avg_sq`, fp32
    hf/                             the model as transformers loads it, with its tokenizer

A checkpoint is written under a temporary name and renamed when it is whole, so a killed run leaves
at worst a `_` folder that the next save removes. No pickle, no DeepSpeed format: the same files
load on any number of ranks and any ZeRO stage, bit for bit in the same world.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from qhdata.durable import sync, write_bytes
from qhdata.errors import Fault

if TYPE_CHECKING:
    from torch import Tensor

    from trainer.distributed import Ranks
    from trainer.model import Policy

KEEP = 2
"""Checkpoints that stay: the newest, and the one before it in case the disk lied."""

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "generation_config.json",
)


def save(out: Path, ranks: Ranks, state: dict[str, Any], *, durable: bool) -> None:
    """Write `steps/<state["update"]>`; every rank must call it.

    durable: also wait for the disk (fsync). Without, a killed process loses nothing, but a power
    cut may; the folder before stays until the next save.
    """
    from safetensors.torch import save_file

    steps = out / "steps"
    temporary = steps / f"_{state['update']}"
    final = steps / str(state["update"])
    if ranks.first:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True, exist_ok=True)
    ranks.barrier()
    # Every rank walks all names, because gathering is collective, and keeps its share of them.
    mine = {}
    for i, (name, tensor) in enumerate(ranks.state()):
        if i % ranks.world == ranks.rank:
            mine[name] = tensor.detach().to("cpu").contiguous()
    path = temporary / f"rank-{ranks.rank:05d}.safetensors"
    save_file(mine, path)
    if durable:
        sync(path)
    ranks.barrier()
    if ranks.first:
        files = sorted(p.name for p in temporary.iterdir())
        text = json.dumps({**state, "applied": ranks.applied, "files": files}, sort_keys=True)
        (temporary / "state.json").write_text(text, encoding="utf-8")
        if durable:
            sync(temporary / "state.json")
            sync(temporary)
        shutil.rmtree(final, ignore_errors=True)
        temporary.rename(final)
        if durable:
            sync(steps)
        for _, old in _complete(steps)[:-KEEP]:
            shutil.rmtree(old, ignore_errors=True)
    ranks.barrier()


def newest(out: Path) -> tuple[Path, dict[str, Any]] | None:
    """The newest whole checkpoint and its state, or None."""
    found = _complete(out / "steps")
    if not found:
        return None
    folder = found[-1][1]
    return folder, json.loads((folder / "state.json").read_text(encoding="utf-8"))


def restore(folder: Path, state: dict[str, Any], ranks: Ranks) -> None:
    """Put a checkpoint's tensors into a wrapped policy; every rank must call it."""
    with _tensors(folder, state["files"]) as tensors:
        ranks.restore(tensors, int(state["applied"]))


def export(out: Path, ranks: Ranks, policy: Policy, tokenizer: Path) -> str:
    """Write `hf/`, readable by AutoModelForCausalLM and AutoTokenizer; every rank must call it.

    Returns a digest of the weights' files on the first rank, "" on the others.
    """
    weights = {
        name: tensor.detach().to("cpu")
        for name, tensor in ranks.weights()
        if ranks.first or ranks.world == 1
    }
    if ranks.first:
        lm = cast(Any, policy.lm)
        dtype = next(policy.parameters()).dtype
        temporary, final = out / "_hf", out / "hf"
        shutil.rmtree(temporary, ignore_errors=True)
        lm.save_pretrained(
            temporary, state_dict={name: w.to(dtype).contiguous() for name, w in weights.items()}
        )
        copy_tokenizer(tokenizer, temporary)
        for path in sorted(temporary.iterdir()):
            sync(path)
        shutil.rmtree(final, ignore_errors=True)
        temporary.rename(final)
        sync(out)
    ranks.barrier()
    return model_digest(out / "hf") if ranks.first else ""


def copy_tokenizer(tokenizer: Path, folder: Path) -> None:
    """The files of a tokenizer, and nothing else that lies beside them: not a model's weights.

    tokenizer: a folder, or a tokenizer.json of any name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = tokenizer if tokenizer.is_dir() else tokenizer.parent
    for name in TOKENIZER_FILES:
        source = tokenizer if name == "tokenizer.json" and tokenizer.is_file() else home / name
        if source.is_file():
            shutil.copyfile(source, folder / name)


def model_digest(folder: Path) -> str:
    """Digest of a model folder's weights, config and tokenizer; "" where it holds none of them."""
    names = sorted(p for p in folder.glob("*") if p.suffix in (".safetensors", ".json"))
    digest = hashlib.sha256()
    for path in names:
        with path.open("rb") as handle:
            while block := handle.read(1 << 20):
                digest.update(block)
    return digest.hexdigest() if names else ""


def write_json(path: Path, value: dict[str, Any]) -> None:
    """A small JSON file, durably."""
    write_bytes(path, json.dumps(value, indent=1, sort_keys=True).encode())


class _Tensors:
    """Tensors of several safetensors files by name, read when asked for."""

    def __init__(self, files: dict[str, Any]) -> None:
        self._files = files

    def __getitem__(self, name: str) -> Tensor:
        try:
            return cast("Tensor", self._files[name].get_tensor(name))
        except KeyError:
            raise Fault(
                what=f"the checkpoint has no {name!r}",
                mend="it was made for another shape of model: give another output folder",
            ) from None


@contextmanager
def _tensors(folder: Path, files: list[str]) -> Iterator[_Tensors]:
    from safetensors import safe_open

    handles: list[Any] = [safe_open(folder / name, framework="pt") for name in files]
    yield _Tensors({name: handle for handle in handles for name in handle.keys()})  # noqa: SIM118


def _complete(steps: Path) -> list[tuple[int, Path]]:
    """Whole checkpoints by update, oldest first; only names that we gave are looked at."""
    if not steps.is_dir():
        return []
    return sorted(
        (int(p.name), p)
        for p in steps.iterdir()
        if p.name.isdigit() and (p / "state.json").is_file()
    )
