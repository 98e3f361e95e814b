"""Sources and corpora in object stores: memory, a disk through fsspec, and a real S3 server."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import fsspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_build import sources

from pipelines.cli import main
from pipelines.corpus import build_corpus
from pipelines.corpus_settings import CorpusSettings
from qhdata import stores
from qhdata.artifact import Artifact
from qhdata.errors import Fault, NotAnArtifact, UserError
from qhdata.leases import Lease
from qhdata.recipe import parse

SECRET = "tHisIsAnInventedSecret0123456789abcdefgh"
SETTINGS = {"tag": ["language", "doc_length", "finance"], "select": []}


def settings_of(**changes) -> CorpusSettings:
    return parse(CorpusSettings, {**SETTINGS, **changes}, "test")


def digests(corpus: Artifact) -> dict[str, str]:
    return {name: part.digest for name, part in corpus.parts.items()}


@pytest.fixture(autouse=True)
def own_work(tmp_path, monkeypatch):
    monkeypatch.setenv("QHDATA_WORK", str(tmp_path / "work"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Folders with filings and general texts, and the digests of what is built from them."""
    path = tmp_path_factory.mktemp("plain")
    filings, general = sources(path / "in")
    built = build_corpus(settings_of(), [filings, general], path / "c", on_note=lambda _: None)
    return filings, general, digests(built)


@pytest.fixture(scope="module")
def s3():
    """The address of a new bucket on a server of this machine."""
    pytest.importorskip("s3fs")
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    told = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "AKIAINVENTEDKEY00001",
        "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    bucket = f"b-{uuid.uuid4().hex[:12]}"
    fsspec.filesystem("s3").mkdir(bucket)
    yield f"s3://{bucket}"
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
    server.stop()


@pytest.fixture(params=["memory", "file", "s3"])
def store(request, tmp_path):
    if request.param == "s3":
        return f"{request.getfixturevalue('s3')}/{uuid.uuid4().hex[:8]}"
    if request.param == "file":
        return f"file://{tmp_path}/store"
    return f"memory://t{uuid.uuid4().hex[:8]}"


def upload(folder: Path, address: str) -> str:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            stores.put(path, stores.below(address, path.relative_to(folder).as_posix()))
    return address


def contents(address: str) -> dict[str, bytes]:
    return {e.relative: stores.read(e.address) for e in stores.listed(address)}


def build(places, out, **more) -> Artifact:
    return build_corpus(settings_of(), places, out, workers=1, on_note=lambda _: None, **more)


def test_a_corpus_from_a_store_in_a_store_is_the_one_of_folders(store, plain, tmp_path):
    filings, general, wanted = plain
    places = [upload(filings, f"{store}/{filings.name}"), upload(general, f"{store}/general")]
    built = build(places, f"{store}/corpus")
    assert digests(built) == wanted
    assert built.where == f"{store}/corpus"
    shutil.rmtree(tmp_path / "work")  # the store alone is the truth
    again = Artifact.open(f"{store}/corpus", "corpus")
    assert digests(again) == wanted
    assert again.table("documents").num_rows == again.part("documents").rows
    for name, data in contents(f"{store}/corpus").items():
        assert SECRET.encode() not in data, name
    shutil.rmtree(tmp_path / "work")
    grown = build(places, f"{store}/corpus")  # nothing is read again: all of it is there
    assert digests(grown) == wanted


@pytest.mark.parametrize("kind", ["file", pytest.param("s3", marks=pytest.mark.slow)])
def test_commands_read_a_corpus_in_a_store(kind, plain, tmp_path, capsys, request):
    filings, general, _ = plain
    store = f"file://{tmp_path}/s" if kind == "file" else f"{request.getfixturevalue('s3')}/c"
    build([filings, general], f"{store}/corpus")
    local = build([filings, general], tmp_path / "local")
    shutil.rmtree(tmp_path / "work")
    doc_id = local.table("documents", ["doc_id"])["doc_id"][0].as_py()

    def run(*args: object) -> str:
        with pytest.raises(SystemExit) as ended:
            main([str(a) for a in args])
        said = capsys.readouterr()
        assert ended.value.code == 0, said.err
        return said.out

    assert "0 parts differ" in run("diff", f"{store}/corpus", tmp_path / "local")
    assert f"document {doc_id}" in run("explain", doc_id, f"{store}/corpus")
    assert doc_id in run("render", f"{store}/corpus", "--preview", doc_id)
    run("export", f"{store}/corpus", "-o", tmp_path / "a", "--plan")
    run("export", f"{store}/corpus", "-o", tmp_path / "a")
    run("export", tmp_path / "local", "-o", tmp_path / "b")
    names = sorted(p.name for p in (tmp_path / "a").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    run("select", f"{store}/corpus", "--name", "n")
    assert "decisions/n" in Artifact.open(f"{store}/corpus").parts


def test_rows_come_before_their_commit_and_the_manifest_last_and_nothing_is_renamed(
    plain, monkeypatch
):
    from fsspec.implementations.memory import MemoryFileSystem

    filings, _, _ = plain
    written: list[str] = []
    put, pipe = MemoryFileSystem.put_file, MemoryFileSystem.pipe_file

    def put_file(self, local, path, *more, **named):
        written.append(path)
        return put(self, local, path, *more, **named)

    def refused(*_args, **_named):
        raise AssertionError("a store has no rename")

    monkeypatch.setattr(MemoryFileSystem, "put_file", put_file)
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", pipe)
    for name in ("mv", "cp_file"):
        monkeypatch.setattr(MemoryFileSystem, name, refused)
    address = f"memory://t{uuid.uuid4().hex[:8]}/c"
    build_corpus(
        settings_of(tag=["language"]), [filings], address, workers=0, on_note=lambda _: None
    )
    place = {path: n for n, path in enumerate(written)}  # of its last writing
    for name, data in contents(address).items():
        if name.startswith("commits/"):
            commit = next(p for p in place if p.endswith(name))
            for part in json.loads(data)["parts"].values():
                rows = next(p for p in place if p.endswith(f"/c/{part['path']}"))
                assert place[rows] < place[commit]
            assert place[commit] < max(n for p, n in place.items() if p.endswith("manifest.json"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["file", "s3"])
def test_a_build_that_was_killed_goes_on_from_the_store_on_another_machine(
    kind, plain, tmp_path, request, monkeypatch
):
    filings, general, wanted = plain
    store = f"file://{tmp_path}/s" if kind == "file" else f"{request.getfixturevalue('s3')}/k"
    recipe = tmp_path / "r.yaml"
    recipe.write_text(json.dumps({"corpus": SETTINGS}))
    command = [sys.executable, "-m", "qhdata", "build", str(filings), str(general), "-o", store]
    command += ["-r", str(recipe), "-w", "1"]
    killed = 0
    for n in (2, 5):
        running = subprocess.Popen(
            command, env={**os.environ, "QHDATA_WORK": str(tmp_path / f"w{n}")},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 120
        while running.poll() is None and time.monotonic() < until:
            if len([e for e in stores.listed(f"{store}/commits")]) >= n:
                running.send_signal(signal.SIGKILL)
                break
            time.sleep(0.02)
        killed += running.wait() == -signal.SIGKILL
    assert killed
    monkeypatch.setenv("QHDATA_WORK", str(tmp_path / "other"))
    assert digests(build([filings, general], store)) == wanted


def test_two_builds_into_one_address_at_once_are_refused_by_the_one_that_holds_it(store):
    with contextlib.closing(Lease.take(store)), pytest.raises(UserError, match="being written by"):
        Lease.take(store)
    again = Lease.take(store)
    assert again.number == 2
    again.close()


def test_a_lease_past_its_time_is_followed_and_its_holder_writes_no_more(tmp_path, monkeypatch):
    store = f"file://{tmp_path}/s"
    monkeypatch.setattr("qhdata.leases.LASTS", -1.0)
    slept = Lease.take(store)
    follower = Lease.take(store)
    with pytest.raises(Fault, match="another process took over"):
        slept.check()
    slept.close()
    follower.check()
    follower.close()


def test_a_source_that_changed_since_it_was_planned_is_quarantined(store, plain, monkeypatch):
    filings, _, _ = plain
    place = upload(filings, f"{store}/{filings.name}")
    changed = stores.listed(place)[0]
    from pipelines import corpus as chain

    plan = chain.plan_files

    def then_changed(corpus, files):
        plan(corpus, files)
        stores.write(changed.address, (stores.read(changed.address) or b"") + b"more")

    monkeypatch.setattr(chain, "plan_files", then_changed)
    built = build_corpus(
        settings_of(tag=["language"], quarantine_limit=1.0), [place], f"{store}/c",
        workers=1, on_note=lambda _: None,
    )  # fmt: skip
    assert built.table("quarantine")["error"].to_pylist() == ["changed_since_planned"]


def test_members_of_an_archive_in_a_store_are_files(store, plain, tmp_path):
    filings, _, _ = plain
    packed = shutil.make_archive(str(tmp_path / "in" / "feed"), "zip", filings)
    place = upload(Path(packed).parent, f"{store}/packed")
    built = build_corpus(
        settings_of(tag=["language"]), [place], f"{store}/c", workers=1, on_note=lambda _: None
    )
    assert built.part("documents").rows > 5
    assert all("feed.zip!/" in n for n in built.table("files")["file_id"].to_pylist())


def test_what_is_missing_for_a_store_is_one_line_before_any_work(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(stores, "SCHEMES", {**stores.SCHEMES, "s3": "no_such_package"})
    for args in (
        ["build", "s3://bucket/in", "-o", str(tmp_path / "c")],
        ["build", str(tmp_path), "-o", "s3://bucket/c"],
        ["render", "s3://bucket/c", "--preview", "x"],
    ):
        with pytest.raises(SystemExit) as ended:
            main(args)
        said = capsys.readouterr().err
        assert ended.value.code == 2
        assert said.count("\n") == 1
        assert "no_such_package is not installed (pip install 'qhdata[stores]')" in said
    assert not (tmp_path / "c").exists()


def test_credentials_are_refused_in_an_address_and_kept_out_of_messages(s3, monkeypatch, capsys):
    with pytest.raises(UserError, match="holds credentials") as said:
        stores.address_of("s3://key:hunter2secret@bucket/c")
    assert "hunter2secret" not in str(said.value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert SECRET not in stores.without_secrets(f"bad key {SECRET} https://x/y?X-Amz-Signature=ab")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(SystemExit):
        main(["render", f"s3://nobody-{uuid.uuid4().hex[:6]}/c", "--preview", "x"])
    said = capsys.readouterr().err
    assert SECRET not in said
    assert said.count("\n") == 1


def test_an_address_without_a_corpus_and_one_of_other_peoples_files(store, plain):
    with pytest.raises(NotAnArtifact, match="no such folder"):
        Artifact.open(f"{store}/nothing")
    stores.write(f"{store}/theirs/a.txt", b"text")
    with pytest.raises(NotAnArtifact, match="did not write"):
        build([plain[0]], f"{store}/theirs")


def test_only_a_corpus_lies_in_a_store(tmp_path, plain):
    with pytest.raises(UserError, match="written to a folder"):
        Artifact.create(Path(f"file://{tmp_path}/w"), "world", settings={}, inputs={})


def test_a_source_without_files_is_named_by_its_address(store):
    with pytest.raises(UserError, match="holds no files") as told:
        build([f"{store}/nothing"], f"{store}/corpus")
    assert told.value.where == f"{store}/nothing"
