from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch
from safetensors.torch import load_file

from trainer.distributed import deepspeed_config
from trainer.settings import Parallel

SCRIPT = Path(__file__).with_name("two_ranks.py")


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("two_ranks", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _launch(out: Path, zero: int, ranks: int) -> None:
    out.mkdir(parents=True, exist_ok=True)
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}"]
    found = subprocess.run(
        [sys.executable, *(launcher if ranks > 1 else []), str(SCRIPT), str(out), str(zero)],
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.getcwd(),
            "DEEPSPEED_TIMEOUT": "1",
            "TORCH_EXTENSIONS_DIR": str(out / "extensions"),
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-3000:]
    assert not (out / "extensions").exists(), "an op was compiled"


def test_bf16_accumulates_and_talks_in_fp32() -> None:
    config = deepspeed_config(Parallel(zero=2), 1.0, bf16=True)
    assert config["data_types"]["grad_accum_dtype"] == "fp32"
    assert config["communication_data_type"] == "fp32"
    assert config["managed_gradient_accumulation"] is False


@pytest.mark.slow
@pytest.mark.parametrize(("zero", "bound"), [(1, 1e-5), (2, 1e-5), (3, 2e-4)])
def test_two_ranks_with_uneven_packs_equal_bare_torch(
    tmp_path: Path, zero: int, bound: float
) -> None:
    _launch(tmp_path, zero, ranks=2)
    found = load_file(tmp_path / f"zero-{zero}.safetensors")
    for name, wanted in _script().bare().items():
        torch.testing.assert_close(found[name], wanted, atol=bound, rtol=0, msg=name)


@pytest.mark.slow
def test_a_checkpoint_of_two_ranks_goes_on_with_one_and_back(tmp_path: Path) -> None:
    _launch(tmp_path / "two", 2, ranks=2)
    one = tmp_path / "one"
    one.mkdir()
    shutil.copytree(tmp_path / "two", one / "from")
    _launch(one, 1, ranks=1)
    wanted = load_file(tmp_path / "two" / "zero-2.safetensors")
    found = load_file(one / "zero-1.safetensors")
    for name, tensor in wanted.items():
        torch.testing.assert_close(found[name], tensor, atol=2e-5, rtol=0)
    three = tmp_path / "three"
    three.mkdir()
    shutil.copytree(tmp_path / "two", three / "from")
    _launch(three, 3, ranks=2)
    found = load_file(three / "zero-3.safetensors")
    for name, tensor in wanted.items():
        torch.testing.assert_close(found[name], tensor, atol=2e-4, rtol=0)
