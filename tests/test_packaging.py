"""The wheel: three packages, nothing else, and it works in a clean environment elsewhere."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=300)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "check-wheel-contents"), str(wheel)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert checked.returncode == 0, checked.stdout
    names = zipfile.ZipFile(wheel).namelist()
    tops = {n.split("/")[0] for n in names if ".dist-info/" not in n}
    assert tops == {"qhdata", "trainer", "pipelines"}
    for wanted in (
        "qhdata/py.typed", "pipelines/recipes/demo.yaml", "trainer/py.typed",
        "pipelines/recipes/teacher.yaml", "pipelines/recipes/synth.yaml",
        "qhdata/synth/prompts/paraphrase.txt",
        "qhdata/synth/prompts/thoughts.txt", "qhdata/evaluate/prompts/criterion.txt",
    ):  # fmt: skip
        assert wanted in names
    assert any(n.startswith("qhdata/view/templates/") for n in names)


@pytest.mark.slow
def test_the_installed_wheel_works_elsewhere(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    site = next((home / "lib").glob("python3*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # What the wheel needs comes from the environment that runs this test; the wheel itself does
    # not, because a venv's own site-packages stand before what a .pth file adds.
    (site / "zz_dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    python = str(home / "bin" / "python")

    def qhdata(*args: str) -> subprocess.CompletedProcess[str]:
        code = "from pipelines.cli import main; main()"
        done = subprocess.run(
            [python, "-c", code, *args], cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done

    where = subprocess.run(
        [python, "-c", "import qhdata; print(qhdata.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    ).stdout
    assert where.startswith(str(home))
    assert "invent" in qhdata("--help").stdout
    qhdata("invent", "universe", "--filers", "3")
    qhdata("build", "universe/filings", "-o", "corpus")
    assert (tmp_path / "corpus" / "manifest.json").exists()
