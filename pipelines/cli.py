"""The list of commands, loaded lazily; every error becomes one line and an exit code.

Exit codes: 0 done, 2 the user's error before work, 3 more rows quarantined than the recipe allows,
4 a fault after which the same command resumes. `--debug` shows the traceback.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from cyclopts import App
from cyclopts.exceptions import CycloptsError, MissingArgumentError

from qhdata import __version__
from qhdata.errors import QhdataError, UserError

COMMANDS: dict[
    str, tuple[str, str] | dict[str, tuple[str, str]]
] = {  # name -> (import string, what it does); a group's commands stand under its name
    "run": (
        "pipelines.run:run",
        "The whole chain: filings to a model trained through five stages.",
    ),
    "invent": (
        "pipelines.invent:invent",
        "Invent a universe of filings, with truth.json beside it.",
    ),
    "build": (
        "pipelines.build:build",
        "Raw filings to a corpus: read, extract, tag, dedup, select.",
    ),
    "select": ("pipelines.select:select", "Decide again over a corpus's tags, under a new name."),
    "fetch": {
        "edgar": ("pipelines.fetch:edgar", "Filings from the SEC's archive, by its rules."),
    },
    "classifier": {
        "train": (
            "pipelines.classifier:train",
            "Finance against general text, or topics, with fastText.",
        ),
        "recall": (
            "pipelines.recall:recall",
            "Find texts like yours in a general pool: train, score, take the top, again.",
        ),
    },
    "synth": {
        "run": ("pipelines.synth:run", "Facts of a corpus to examples and tasks."),
        "validate": (
            "pipelines.synth:validate",
            "Check every task of a synth set, without a model.",
        ),
        "answer": ("pipelines.synth_gate:answer", "Sample a model's answers to its tasks."),
        "gate": (
            "pipelines.synth_gate:gate",
            "Right answers with sound reasoning to sft, the other tasks to the RL pool.",
        ),
        "profile": (
            "pipelines.synth_gate:profile",
            "Keep the tasks that a model solves sometimes, by its answers.",
        ),
        "teach": (
            "pipelines.synth_teach:teach",
            "A language model re-words questions or reasons; rules prove it or refuse it.",
        ),
        "export": (
            "pipelines.synth_export:export",
            "Its rows as TRL, verl, verifiers or OpenAI's wire have them.",
        ),
    },
    "shard": {
        "build": ("pipelines.shard:build", "Documents, examples or tasks to token shards."),
        "inspect": ("pipelines.shard:inspect", "What shards hold, with a decoded sample."),
        "verify": ("pipelines.shard:verify", "Read every byte and compare with what was written."),
    },
    "train": ("pipelines.train:train", "Train one stage, or all of a recipe's."),
    "evaluate": ("pipelines.evaluate:evaluate", "Score a checkpoint on held-out rows."),
    "judge": ("pipelines.judge:judge", "A verdict on each answer of a file, by rules."),
    "env": {
        "world": ("pipelines.env:world", "A corpus to a world that agents act in."),
        "run": ("pipelines.env:run", "A task as its expert plays it."),
    },
    "render": ("pipelines.render:render", "One document as it is trained on, and its cost."),
    "export": ("pipelines.export:export", "Documents or sections in formats that others read."),
    "diff": ("pipelines.diff:diff", "What two corpora differ in, row by row, and why."),
    "explain": (
        "pipelines.explain:explain",
        "Where a row came from, and why it was kept or dropped.",
    ),
    "doctor": (
        "pipelines.doctor:doctor",
        "What is installed, and what each missing thing enables.",
    ),
}


def make_app() -> App:
    """The command tree; nothing behind a command is imported until it is run."""
    app = App(
        name="qhdata",
        version=__version__,
        help="Raw financial filings to everything a finance language model is trained on.",
        help_format="plaintext",
        suppress_keyboard_interrupt=False,  # main() says it in one line, with its exit code
    )
    for name, entry in COMMANDS.items():
        if isinstance(entry, tuple):
            app.command(entry[0], name=name, help=entry[1])
            continue
        group = App(
            name=name,
            help=GROUPS[name],
            help_format="plaintext",
            suppress_keyboard_interrupt=False,
        )
        for child, (spec, text) in entry.items():
            group.command(spec, name=child, help=text)
        app.command(group)
    return app


GROUPS = {
    "fetch": "Download filings: edgar. Else a network is opened only at addresses that you give.",
    "classifier": "Classifiers of texts: train, recall.",
    "env": "Worlds to act in: world, run.",
    "synth": "Facts to examples and tasks: run, validate, teach, answer, gate, profile, export.",
    "shard": "Token shards: build, inspect, verify.",
}


def main(argv: list[str] | None = None) -> NoReturn:
    """Run one command and exit with its code; never a traceback unless `--debug` is given."""
    args = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in args
    args = [a for a in args if a != "--debug"]
    os.environ.setdefault("PYTHONSAFEPATH", "1")  # for every process that we start
    if threading.current_thread() is threading.main_thread():
        # What a scheduler sends is a polite Ctrl-C: stages save, the folder is left to go on.
        signal.signal(signal.SIGTERM, _terminated)
    try:
        _packages_lie_together()
        _known_command(args)
        make_app()(args, exit_on_error=False, print_error=False)
        sys.stdout.flush()
        code = 0
    except QhdataError as error:
        code = _say(f"error: {error}", error.exit_code, debug)
    except MissingArgumentError as error:
        code = _say(f"error: {_missing(error)}", 2, debug)
    except CycloptsError as error:
        code = _say(f"error: {_one_line(error)} (qhdata --help)", 2, debug)
    except KeyboardInterrupt:
        code = _say("interrupted; the same command goes on where it stopped", 4, debug)
    except BrokenPipeError:  # `qhdata ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except MemoryError:
        code = _say("error: out of memory (fewer workers, or smaller chunks)", 4, debug)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        code = _say(f"error: {where}{error.strerror or error}", 4, debug)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else (1 if error.code else 0)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        at = f"{Path(frame.filename).name}:{frame.lineno}"
        text = f"error: a defect of ours: {type(error).__name__}: {_one_line(error)} at {at}"
        code = _say(f"{text} (--debug shows more)", 4, debug)
    sys.exit(code)


def _terminated(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _known_command(args: list[str]) -> None:
    """Refuse an unknown command before cyclopts does: it would import all to suggest one."""
    known: Mapping[str, object] = COMMANDS
    path = ["qhdata"]
    for word in args:
        if word.startswith("-"):
            return
        if word not in known:
            near = difflib.get_close_matches(word, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            raise UserError(what=f"unknown command {word!r}", where=" ".join(path), mend=hint)
        entry = known[word]
        if not isinstance(entry, Mapping):
            return
        known = entry
        path.append(word)


def _missing(error: MissingArgumentError) -> str:
    """What was not given; cyclopts has one wording for an option and for an option's value."""
    command = " ".join(("qhdata", *(error.command_chain or ())))
    argument = error.argument
    if argument is None or argument.tokens or error.keyword is not None:
        return f"{_one_line(error)} ({command} --help)"
    about = f" ({argument.parameter.help})" if argument.parameter.help else ""
    return f"{command}: {argument.name} is missing{about}"


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 400 else text[:397] + "..."


def _say(text: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(text, file=sys.stderr)
    return code


def _packages_lie_together() -> None:
    """`trainer` is a name that others use too: say what hides ours instead of failing far away."""
    home = Path(__file__).resolve().parent.parent
    for name in ("qhdata", "trainer"):
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if origin is None or origin.parent != home:
            raise QhdataError(
                what=f"package {name!r} is hidden by {origin or 'nothing: it is missing'}",
                where=str(home),
                mend="uninstall or rename what hides it, or use a clean virtual environment",
            )
