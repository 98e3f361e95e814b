"""The console script: fast help, unknown words, and one line for every error."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.cli import COMMANDS, main


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qhdata", *args], capture_output=True, text=True, timeout=120
    )


def names() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, entry in COMMANDS.items():
        if isinstance(entry, tuple):
            found.append((name,))
        else:
            found.extend((name, child) for child in entry)
    return found


@pytest.mark.parametrize("words", names(), ids=" ".join)
def test_every_command_has_help_with_its_arguments(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    assert f"Usage: qhdata {' '.join(words)}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["biuld"], "unknown command 'biuld' (did you mean build?)"),
        (["synth", "rn"], "unknown command 'rn' (did you mean run?)"),
        (["doctor", "--colour"], "--colour"),
        (["build"], ""),
        (["explain", "x", "no/such/folder"], "no such folder"),
    ],
)
def test_a_users_error_is_one_line_and_exit_code_two(
    args: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(args)
    captured = capsys.readouterr()
    assert ended.value.code == 2
    assert len(captured.err.strip().splitlines()) == 1
    assert captured.err.startswith("error: ")
    assert says in captured.err


def test_help_imports_neither_torch_nor_spark_nor_deepspeed() -> None:
    code = (
        "import sys\n"
        "from pipelines.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'torch', 'pyspark', 'deepspeed', 'transformers'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert out.strip().endswith("[]")


def test_a_defect_is_one_line_and_debug_shows_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("pipelines.doctor.doctor", broken)
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    err = capsys.readouterr().err
    assert ended.value.code == 4
    assert err.startswith("error: a defect of ours: ZeroDivisionError: by zero at test_cli.py:")
    assert len(err.strip().splitlines()) == 1
    with pytest.raises(SystemExit):
        main(["doctor", "--debug"])
    assert "Traceback" in capsys.readouterr().err


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m qhdata doctor | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.stdout.startswith("Python ")
    assert "Traceback" not in done.stderr


def test_a_package_that_hides_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "trainer").mkdir()
    (tmp_path / "trainer" / "__init__.py").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main(['doctor'])"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode != 0
    assert "package 'trainer' is hidden by" in done.stderr


def test_doctor_names_what_is_missing_and_what_it_would_enable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "fasttext" else real(name, *a)
    )
    from pipelines.doctor import doctor

    doctor()
    out = capsys.readouterr().out
    assert "missing  fasttext" in out
    assert "fasttext: pip install 'qhdata[corpus]'" in out


def test_plain_progress_says_rate_and_time_left() -> None:
    from io import StringIO

    from pipelines.progress import Progress

    stream = StringIO()
    bar = Progress("extract", stream)
    bar.began = time.monotonic() - 10
    bar(50, 100, "documents")
    assert "50 / 100 documents   5.0/s   0:10 left" in stream.getvalue()


def test_a_step_that_is_over_in_no_time_has_no_line() -> None:
    from io import StringIO

    from pipelines.progress import Progress

    stream = StringIO()
    bar = Progress("extract", stream)
    bar(32, 100, "documents")
    bar(100, 100, "documents")
    assert stream.getvalue() == ""


def test_peak_memory_counts_what_a_child_held() -> None:
    from pipelines.memory import PeakMemory

    code = "import time; held = bytearray(200_000_000); time.sleep(1.5)"
    with PeakMemory(every=0.1) as memory:
        subprocess.run([sys.executable, "-c", code], check=True)
    assert memory.peak_mb >= 200


def test_no_command_has_one_short_name_for_two_options() -> None:
    """`-w` was a world and the workers of one command, and the world took it."""
    import inspect
    from typing import Annotated, get_args, get_origin, get_type_hints

    from cyclopts import Parameter

    from pipelines.cli import COMMANDS
    from qhdata.recipe import load_object

    entries = [e for v in COMMANDS.values() for e in ([v] if isinstance(v, tuple) else v.values())]
    assert entries
    for spec, _ in entries:
        command = load_object(spec, "cli")
        hints = get_type_hints(command, include_extras=True)
        names: list[str] = []
        for name in inspect.signature(command).parameters:
            if get_origin(hints[name]) is not Annotated:
                continue
            for extra in get_args(hints[name])[1:]:
                if isinstance(extra, Parameter) and extra.name:
                    names += [extra.name] if isinstance(extra.name, str) else list(extra.name)
        assert len(set(names)) == len(names), (spec, names)
