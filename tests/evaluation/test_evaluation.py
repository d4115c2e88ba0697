"""Data sets and measures: against hand-made numbers, and from the command line to the end."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeEncoder
from hypothesis import given
from hypothesis import strategies as st

import npcbot.terminal.measuring as measuring
from npcbot.config import load_settings
from npcbot.errors import DocumentError
from npcbot.evaluation import beir
from npcbot.evaluation.measure import auroc, holds, indexed, measured, paired_bootstrap
from npcbot.terminal.cli import main

RECORDS = {
    "a": "常务委员会每两个月举行一次会议。会议由委员长召集。",
    "b": "代表建议由有关机关研究办理，并在三个月内答复代表。",
    "c": "预算在财政年度开始前提请代表大会审查批准。",
    "d": "地方性法规报上级人大常委会备案，备案机关可以审查。",
}
QUESTIONS = {
    "1": ("会议由谁召集？", "a", "委员长"),
    "2": ("代表建议多久答复？", "b", "三个月"),
    "3": ("法规报谁备案？", "d", "上级"),
}


def folder(at: Path, **changed: str) -> Path:
    at.mkdir()
    files = {
        "corpus.jsonl": "\n".join(json.dumps({"_id": key, "text": text}) for key, text in RECORDS.items()),
        "queries.jsonl": "\n".join(
            json.dumps({"_id": key, "text": text, "answers": [gold]}) for key, (text, _, gold) in QUESTIONS.items()
        ),
        "qrels.tsv": "query-id\tcorpus-id\tscore\n"
        + "\n".join(f"{key}\t{record}\t1" for key, (_, record, _) in QUESTIONS.items()),
    }
    for name, text in (files | {key.replace("_", "."): value for key, value in changed.items()}).items():
        (at / name).write_text(text, "utf-8")
    return at


def test_a_folder_is_read(tmp_path: Path) -> None:
    dataset = beir.load(folder(tmp_path / "small"))
    assert dataset.name == "small"
    assert [document.text for document in dataset.documents] == list(RECORDS.values())
    assert dataset.qrels == {"1": {"a": 1}, "2": {"b": 1}, "3": {"d": 1}}
    assert dataset.answers["2"] == ("三个月",)
    assert dataset.fingerprint == beir.load(tmp_path / "small").fingerprint


def test_records_are_indexed_again_for_another_encoder(tmp_path: Path) -> None:
    dataset = beir.load(folder(tmp_path / "small"))
    first, second = FakeEncoder(), FakeEncoder(dim=32)
    for encoder in (first, first, second):
        with indexed(tmp_path, dataset, encoder, load_settings(), lambda *_: None) as collection:
            assert collection.n == len(RECORDS)
    assert len(first.passages) == len(second.passages) == len(RECORDS)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus_jsonl", '{"_id": "a"}', "corpus.jsonl, line 1: 'text' is missing"),
        ("corpus_jsonl", "{", "corpus.jsonl, line 1: not JSON"),
        ("queries_jsonl", "[1]", "queries.jsonl, line 1: not a JSON object"),
        ("qrels_tsv", "1\ta\t1\n2 b 1\n", "qrels.tsv, line 2"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, file: str, content: str, said: str) -> None:
    with pytest.raises(DocumentError) as error:
        beir.load(folder(tmp_path / "broken", **{file: content}))
    assert said in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"corpus\.jsonl"):
        beir.load(tmp_path)


def test_measures_by_hand() -> None:
    qrels = {"1": {"a": 1, "b": 1}, "2": {"c": 1}, "3": {"d": 1}}
    run = {"1": {"a": 3.0, "x": 2.0, "b": 1.0}, "2": {"x": 2.0, "c": 1.0}}
    means, per_query = measured(qrels, run)
    first = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert per_query == pytest.approx({"1": first, "2": 1 / math.log2(3), "3": 0.0})
    assert means["nDCG@10"] == pytest.approx((first + 1 / math.log2(3)) / 3)
    assert means["RR@10"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert means["R@1"] == pytest.approx((0.5 + 0 + 0) / 3)
    assert means["R@100"] == pytest.approx(2 / 3)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_auroc_is_the_share_of_pairs_in_order(above: list[int], below: list[int]) -> None:
    pairs = [(a > b) + (a == b) / 2 for a in above for b in below]
    assert auroc([float(a) for a in above], [float(b) for b in below]) == pytest.approx(sum(pairs) / len(pairs))


def test_the_bootstrap_tells_a_gain_from_noise() -> None:
    noise = {str(i): float(i % 7) / 7 for i in range(200)}
    mean, low, high = paired_bootstrap({key: value + 0.1 for key, value in noise.items()}, noise, samples=500)
    assert mean == pytest.approx(0.1)
    assert low > 0
    mean, low, high = paired_bootstrap({key: noise[str(199 - int(key))] for key in noise}, noise, samples=500)
    assert low < 0 < high


def test_an_answer_is_found_whatever_its_script_and_spacing() -> None:
    assert holds("報送備案的共有 2.5 万件", ["2.5万件"])
    assert not holds("报送备案的共有3万件", ["2.5万件"])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    monkeypatch.setenv("NPCBOT_HOME", str(tmp_path / "home"))
    encoder = FakeEncoder(dim=128)
    monkeypatch.setattr(measuring, "load_encoder", lambda settings: encoder)

    def call(*words: str) -> str:
        with pytest.raises(SystemExit) as end:
            main(list(words))
        assert not end.value.code
        return capsys.readouterr().out

    call.encoder = encoder  # type: ignore[attr-defined]
    return call


def test_eval_prints_and_writes_what_it_measured(run: Callable[..., str], tmp_path: Path) -> None:
    small, other = (
        folder(tmp_path / "small"),
        folder(tmp_path / "other", queries_jsonl='{"_id": "9", "text": "煮面几分钟"}'),
    )
    out = tmp_path / "out.json"
    modes = [word for mode in ("bm25", "dense", "hybrid") for word in ("--mode", mode)]
    printed = run("eval", str(small), *modes, "--unanswerable", str(other), "--near", "--json", str(out))
    assert "small" in printed
    assert "AUROC" in printed
    written = json.loads(out.read_text("utf-8"))
    assert [result["mode"] for result in written] == ["bm25", "dense", "hybrid"]
    for result in written:
        assert {"nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10"} <= set(result["measures"])
        assert set(result["auroc"]) == {"other", "near"}
        assert 0 <= result["marked"] <= 1
    assert written[2]["measures"]["R@1"] == 1.0
    assert "compared" in written[2]


def test_candidates_of_the_settings_are_used(run: Callable[..., str], tmp_path: Path) -> None:
    records = [json.dumps({"_id": str(n), "text": f"第{n}号渡船每半个钟头开一班。"}) for n in range(40)]
    small = folder(
        tmp_path / "small",
        corpus_jsonl="\n".join(records),
        queries_jsonl='{"_id": "1", "text": "渡船多久开一班？"}',
        qrels_tsv="\n".join(f"1\t{n}\t1" for n in range(40)),
    )
    out = tmp_path / "out.json"

    def recall() -> float:
        run("eval", str(small), "--mode", "bm25", "--json", str(out))
        (result,) = json.loads(out.read_text("utf-8"))
        return float(result["measures"]["R@100"])

    assert recall() == 1.0
    (tmp_path / "home" / "npcbot.toml").write_text("[retrieval]\ncandidates = 10\n", "utf-8")
    assert recall() == 0.25


def test_a_second_run_embeds_nothing(run: Callable[..., str], tmp_path: Path) -> None:
    small = folder(tmp_path / "small")
    run("eval", str(small))
    embedded = len(run.encoder.passages)  # type: ignore[attr-defined]
    assert embedded >= len(RECORDS)
    run("eval", str(small))
    assert len(run.encoder.passages) == embedded  # type: ignore[attr-defined]
