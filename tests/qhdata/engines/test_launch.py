"""datatrove's executors run our chunks: a real Ray and a real Slurm on this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_local import PLAIN, corpus_of, every, quarantine
from tiny_steps import Absent, Length, SameText

from qhdata.engines.launch import LaunchEngine
from qhdata.engines.local import LocalEngine
from qhdata.errors import Fault, UserError
from qhdata.step import step_id

pytestmark = pytest.mark.slow

TEXTS = [*PLAIN, "raise", "more", "die", "raise"]


@pytest.fixture(scope="module")
def ray_cluster(tmp_path_factory):
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def test_ray_makes_the_local_engines_parts(tmp_path, ray_cluster):
    with corpus_of(tmp_path / "a", TEXTS) as alone, LocalEngine(workers=2) as engine:
        engine.map(Length(), alone)
        engine.group(SameText(), alone)
        wanted = {name: part.digest for name, part in every(alone)}
    seen = []
    with corpus_of(tmp_path / "b", TEXTS) as corpus, LaunchEngine("ray", tasks=3) as engine:
        engine.on_progress = lambda done, total, unit: seen.append((done, total, unit))
        engine.map(Length(), corpus)
        engine.group(SameText(), corpus)
        assert {name: part.digest for name, part in every(corpus)} == wanted
        assert quarantine(corpus)["d25"] == "worker_died"
        assert engine.components(corpus, [f"edges/{step_id(SameText())}"]).num_rows == 2
    assert seen[-1] == (27, 27, "documents")
    assert not list((tmp_path / "b" / "_launch").iterdir())


OF_ITS_OWN = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from test_local import corpus_of
from tiny_steps import Length, SameText
from qhdata.engines.launch import LaunchEngine
with corpus_of(Path({out!r}), ["a", "b", "a"]) as corpus, LaunchEngine("ray", tasks=1) as engine:
    engine.map(Length(), corpus)
    engine.group(SameText(), corpus)
    print("edges", corpus.part("edges/" + {edges!r}).rows)
"""


def test_without_a_cluster_the_engine_has_a_ray_that_lives_through_all_steps(tmp_path):
    # In a process of its own: a driver whose raylet died with a thread exits without a word.
    paths = [str(Path(__file__).parent), str(Path(__file__).parents[3])]
    code = OF_ITS_OWN.format(paths=paths, out=str(tmp_path / "c"), edges=step_id(SameText()))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["edges", "1"]), done.stderr


def test_what_stops_a_rank_is_told_in_its_own_words(tmp_path, ray_cluster):
    with (
        corpus_of(tmp_path / "c", ["a"]) as corpus,
        LaunchEngine("ray", tasks=1) as engine,
        pytest.raises(Fault, match="no such file"),
    ):
        engine.map(Absent(), corpus)


@pytest.mark.parametrize("executor", ["ray", "slurm"])
def test_an_option_that_the_executor_lacks_is_refused_before_any_work(executor, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    LaunchEngine(executor, options={"time": "01:00:00"}).check()
    for name in ("nonsense", "tasks"):
        with pytest.raises(UserError, match=f"takes no '{name}'"):
            LaunchEngine(executor, options={name: 3}).check()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


SLURM = """ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={here}/munge.socket
CryptoType=crypto/munge
SlurmctldPort={ctld}
SlurmdPort={slurmd}
StateSaveLocation={here}/state
SlurmdSpoolDir={here}/spool
SlurmctldPidFile={here}/slurmctld.pid
SlurmdPidFile={here}/slurmd.pid
SlurmctldLogFile={here}/slurmctld.log
SlurmdLogFile={here}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


@pytest.fixture(scope="module")
def slurm_cluster():
    """One node: munged, slurmctld and slurmd of our own, ended by their pid files."""
    missing = [p for p in ("sbatch", "slurmctld", "slurmd", "munged") if shutil.which(p) is None]
    if missing or os.geteuid() != 0:
        said = f"needs root and slurm-wlm; missing: {', '.join(missing) or 'root'}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    # munged wants folders that others may enter; pytest's own are closed.
    here = Path(tempfile.mkdtemp(prefix="slurm-"))
    here.chmod(0o755)
    host = socket.gethostname().split(".")[0]
    (here / "state").mkdir()
    (here / "spool").mkdir()
    key = here / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    conf = here / "slurm.conf"
    conf.write_text(
        SLURM.format(
            host=host, here=here, ctld=free_port(), slurmd=free_port(), cpus=os.cpu_count() or 1
        )
    )
    patch = pytest.MonkeyPatch()
    patch.setenv("SLURM_CONF", str(conf))
    munged = [f"--key-file={key}", f"--socket={here}/munge.socket", f"--seed-file={here}/seed"]
    munged += [f"--pid-file={here}/munged.pid", f"--log-file={here}/munged.log"]
    try:
        subprocess.run(["munged", "--force", *munged], check=True, capture_output=True)
        subprocess.run(["slurmctld"], check=True)
        subprocess.run(["slurmd"], check=True)
        for _ in range(60):
            said = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True)
            if "idle" in said.stdout:
                break
            time.sleep(0.5)
        else:
            pytest.fail(f"slurm does not start: {(here / 'slurmd.log').read_text()[-500:]}")
        yield
    finally:
        for name in ("slurmd", "slurmctld", "munged"):
            with_pid = here / f"{name}.pid"
            if with_pid.exists():
                os.kill(int(with_pid.read_text()), 15)
        patch.undo()
        shutil.rmtree(here, ignore_errors=True)


def test_slurm_makes_the_local_engines_parts(tmp_path, slurm_cluster):
    with corpus_of(tmp_path / "a", TEXTS) as alone, LocalEngine(workers=2) as engine:
        engine.map(Length(), alone)
        wanted = {name: part.digest for name, part in every(alone)}
    options = {"partition": "main", "time": "00:10:00"}
    engine = LaunchEngine("slurm", tasks=2, options=options)
    with corpus_of(tmp_path / "b", TEXTS) as corpus, engine:
        counts = engine.map(Length(), corpus)
        assert {name: part.digest for name, part in every(corpus)} == wanted
    assert (counts.rows_in, counts.rows_quarantined) == (27, 3)
