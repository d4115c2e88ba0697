"""The bundled reader: what it says, and that it says the same in any company."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcbot.config import load_settings
from npcbot.encoders import bundled_folder
from npcbot.errors import EncoderError
from npcbot.rerankers import load_reranker
from npcbot.rerankers.bundled import BundledReader

TEXTS = [
    "人大工作示例报告\n立法工作\n五年来一共制定法律四十七部，另有一百一十一件次法律得到修改。",
    "人大工作示例报告\n代表工作\n代表提出的建议共有四万多件，全部办理完毕并答复代表。",
    "渡口记\n渡口在镇子的东头，每半个钟头开一班船。",
    "短",
]
QUESTION = "五年来一共制定了多少部法律？"


@pytest.fixture(scope="module")
def reader() -> BundledReader:
    return BundledReader(bundled_folder(), threads=2)


@pytest.mark.parametrize(
    ("question", "best", "answer"),
    [
        (QUESTION, 0, "四十七部"),
        ("代表提出了多少件建议？", 1, "四万多件"),
        ("渡口在镇子的哪一头？", 2, "东头"),
        ("五年來一共制定了多少部法律？", 0, "四十七部"),
    ],
)
def test_the_text_that_answers_is_scored_highest_and_the_answer_found(
    reader: BundledReader, question: str, best: int, answer: str
) -> None:
    readings = reader.read(question, TEXTS)
    assert max(range(len(TEXTS)), key=lambda i: readings[i].score) == best
    (start, end), odds = readings[best].answers[0]
    found = TEXTS[best][start:end]
    assert answer in found or found in answer
    assert odds > max(value for i, other in enumerate(readings) if i != best for _, value in other.answers)


def test_a_reading_is_the_same_alone_and_in_company(reader: BundledReader) -> None:
    together = reader.read(QUESTION, TEXTS)
    assert [reader.read(QUESTION, [text])[0] for text in TEXTS] == together
    assert BundledReader(bundled_folder(), threads=1).read(QUESTION, TEXTS) == together


def test_when_time_is_up_the_first_have_been_read(reader: BundledReader) -> None:
    assert reader.read(QUESTION, TEXTS, 0.0) == reader.read(QUESTION, TEXTS[:2])
    assert reader.read(QUESTION, TEXTS, -0.1) == reader.read(QUESTION, []) == []


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30), st.text(max_size=700))
def test_answers_are_spans_of_the_text(reader: BundledReader, question: str, text: str) -> None:
    (reading,) = reader.read(question, [text])
    assert all(0 <= start <= end <= len(text) for (start, end), _ in reading.answers)
    assert [odds for _, odds in reading.answers] == sorted((odds for _, odds in reading.answers), reverse=True)


def test_of_a_question_and_a_text_the_longer_is_cut(reader: BundledReader) -> None:
    (long,) = reader.read(QUESTION * 200, TEXTS[:1])
    assert any(TEXTS[0][start:end] for (start, end), _ in long.answers)
    (reading,) = reader.read(QUESTION, [TEXTS[0] + "办理建议。" * 300])
    assert reading == reader.read(QUESTION, [TEXTS[0] + "办理建议。" * 400])[0]


def test_it_is_named_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: BundledReader) -> None:
    monkeypatch.setenv("NPCBOT_HOME", str(tmp_path))
    named = load_reranker(replace(load_settings().reranker, name="bundled"))
    assert named is not None
    assert named.fingerprint == reader.fingerprint
    assert named.fingerprint.startswith("reader-")


def test_the_calibration_was_fitted_for_this_reader(reader: BundledReader) -> None:
    facts = json.loads((bundled_folder() / "calibration.json").read_text("utf-8"))
    assert facts["reranker"]["fingerprint"] == reader.fingerprint


@pytest.mark.parametrize("name", ["reader.json", "reader.onnx", "tokenizer.json"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    for file in ("reader.json", "reader.onnx", "tokenizer.json"):
        shutil.copy(bundled_folder() / file, tmp_path / file)
    (tmp_path / name).write_text("{}", "utf-8")
    with pytest.raises(EncoderError) as error:
        BundledReader(tmp_path).read(QUESTION, TEXTS)
    assert str(tmp_path) in str(error.value)
