"""qhdata doctor: what is installed, what is missing, and what each missing thing would enable."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from dataclasses import dataclass

NEEDS = (  # module, distribution, extra, what it enables
    ("numpy", "numpy", "", "everything"),
    ("pyarrow", "pyarrow", "", "everything"),
    ("tokenizers", "tokenizers", "", "shards and chat"),
    ("lxml", "lxml", "corpus", "extraction of HTML filings"),
    ("polars", "polars", "corpus", "select, clusters and reports"),
    ("datasketch", "datasketch", "corpus", "near-duplicate detection (MinHash)"),
    ("scipy", "scipy", "corpus", "clusters of duplicates"),
    ("fasttext", "fasttext", "corpus", "the finance classifier (needs a C++ compiler to install)"),
    ("py3langid", "py3langid", "corpus", "language tags"),
    ("trafilatura", "trafilatura", "corpus", "web pages that are not filings"),
    ("warcio", "warcio", "warc", "web crawls as WARC (classifier recall)"),
    ("pyspark", "pyspark", "spark", "building on Spark (--engine spark)"),
    ("datatrove", "datatrove", "launch", "building on Slurm and Ray (--engine slurm, ray)"),
    ("ray", "ray", "launch", "building on Ray (--engine ray)"),
    ("pypdfium2", "pypdfium2", "pdf", "filings as PDF"),
    ("jinja2", "jinja2", "view", "report.html"),
    ("openai", "openai", "llm", "asking a language model (synth teach); nothing else needs one"),
    ("s3fs", "s3fs", "stores", "sources and corpora in s3://"),
    ("gcsfs", "gcsfs", "stores", "sources and corpora in gs://"),
    ("torch", "torch", "train", "training, evaluation and local sampling"),
    ("transformers", "transformers", "train", "models"),
    ("deepspeed", "deepspeed", "train", "training"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: a thing, its version or None, and what it is for."""

    name: str
    found: str | None
    enables: str
    mend: str


def examine() -> list[Finding]:
    """Look at packages and programs without importing any of the heavy ones."""
    findings = []
    for module, dist, extra, enables in NEEDS:
        version = None
        if importlib.util.find_spec(module) is not None:
            try:
                version = importlib.metadata.version(dist)
            except importlib.metadata.PackageNotFoundError:
                version = "unknown version"
        mend = f"pip install 'qhdata[{extra}]'" if extra else "pip install qhdata"
        findings.append(Finding(dist, version, enables, mend))
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    findings.append(Finding("C++ compiler", compiler, "installing fasttext", "apt-get install g++"))
    java = shutil.which("java")
    findings.append(
        Finding("Java", java, "building on Spark", "apt-get install openjdk-17-jdk-headless")
    )
    findings.append(_accelerator())
    return findings


def _accelerator() -> Finding:
    driver = os.path.exists("/proc/driver/nvidia/version") or shutil.which("nvidia-smi")
    return Finding(
        "NVIDIA driver",
        "present" if driver else None,
        "training on a GPU; without it everything runs on the CPU",
        "see README, Choosing a torch",
    )


def doctor() -> None:
    """What is installed, what is missing, and what each missing thing would enable."""
    findings = examine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    print(f"Python {platform.python_version()} at {sys.executable}")
    print(f"{os.cpu_count()} cores, {memory:.0f} GB memory, {platform.platform()}")
    for finding in findings:
        mark = "ok     " if finding.found else "missing"
        print(f"{mark}  {finding.name:<14} {finding.found or '-':<18} {finding.enables}")
    missing = [f for f in findings if not f.found]
    if not missing:
        print("nothing is missing.   qhdata run --help")
        return
    for finding in missing:
        print(f"{finding.name}: {finding.mend}")
    print(f"{len(missing)} missing of {len(findings)}; each line above says what it would enable")
