"""The program as installed, with the bundled encoder, over the sample and over invented documents."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from command_line import FILES, Terminal, ended, process

from npcbot.encoders import bundled_folder

pytestmark = pytest.mark.skipif(not (bundled_folder() / "model.onnx").is_file(), reason="no bundled encoder here")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path, monkeypatch, capsys)
    terminal.done("index", terminal.write())
    return terminal


def test_questions_in_both_scripts_and_in_english(terminal: Terminal) -> None:
    for question, document, words in (
        ("去年一共买了多少册新书？", "工作报告.txt", "6120册"),
        ("去年一共買了多少冊新書？", "工作报告.txt", "6120册"),
        ("把书弄丢了怎么赔？", "规则/借阅规则.md", "照原价赔偿"),
        ("第5条", "规则/借阅规则.md", "珍本和地图"),
        ("What does a reader pay to borrow a lamp?", "riverside.txt", "three coins"),
        ("How many new books did the library buy?", "工作报告.txt", "6120册"),
    ):
        answer = terminal.done("ask", "--json", "-k", "1", question).json
        (citation,) = answer["citations"] or answer["nearest"]
        assert citation["document_id"] == document, question
        assert words in citation["excerpt"], question
        text = FILES[document]
        assert citation["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_a_question_the_documents_do_not_answer(terminal: Terminal) -> None:
    answer = terminal.done("ask", "--json", "火星上的沙尘暴平均持续几个月？").json
    assert answer["answered"] is False
    assert answer["citations"] == []


def test_a_second_run_embeds_nothing(terminal: Terminal) -> None:
    assert "; 0 embedded" in terminal.done("index", terminal.documents).out


def test_doctor_finds_nothing_wrong(terminal: Terminal) -> None:
    lines = terminal.done("doctor").lines
    assert all(line.startswith("ok    ") for line in lines)
    said = "\n".join(lines)
    assert str(terminal.home) in said
    assert "encoder bundled: bundled-" in said
    assert "calibration: fitted for this encoder" in said
    assert "collection default (public, asked by default): 3 documents" in said


def test_doctor_names_what_is_wrong(terminal: Terminal) -> None:
    (generation,) = terminal.home.glob("default/gen-*")
    damaged = max((path for path in generation.iterdir() if path.name != "manifest.json"), key=os.path.getsize)
    damaged.write_bytes(damaged.read_bytes()[:-100])
    said = terminal("doctor")
    assert said.status == 2
    (wrong,) = [line for line in said.lines if line.startswith("WRONG ")]
    assert damaged.name in wrong
    assert "--rebuild --collection default" in said.out


def test_doctor_on_settings_and_homes_that_cannot_be(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert terminal("doctor", "--collection", "elsewhere").status == 2
    terminal.settings("[answer]\nk = 0\n")
    said = terminal("doctor")
    assert said.status == 2
    assert "answer.k" in said.out
    monkeypatch.setenv("NPCBOT_HOME", str(terminal.home / "npcbot.toml" / "below"))
    said = terminal("doctor")
    assert said.status == 2
    assert [line for line in said.lines if line.startswith("WRONG home")]


def test_a_process_of_its_own(terminal: Terminal) -> None:
    """Index, ask, chat without a terminal: nothing but the answer on standard output, nothing on standard error."""
    home = terminal.home.parent / "second"
    for arguments in (["index", str(terminal.documents)], ["doctor"]):
        said = ended(process(home, arguments))
        assert (said.status, said.err) == (0, "")
    said = ended(process(home, ["ask", "--json", "-k", "1", "流动书车每月走多少个村？"]))
    assert (said.status, said.err) == (0, "")
    assert "每月走十四个村" in json.loads(said.out)["citations"][0]["excerpt"]
    said = ended(process(home, ["chat", "-k", "1"]), "流动书车每月走多少个村？\n\n不会再问\n".encode())
    assert (said.status, said.err) == (0, "")
    assert "每月走十四个村" in said.out.replace("\n   │ ", "")
    assert "\x1b" not in said.out
    assert not (home / "chat_history").exists()


def test_the_sample_answers_in_both_languages(terminal: Terminal) -> None:
    sample = Path(__file__).parents[2] / "src" / "npcbot" / "sample"
    terminal.done("index", sample, "--collection", "sample")
    for question, words in (
        ("五年来制定了多少部法律？", "制定法律47部"),
        ("How often does the Standing Committee meet?", "every two months"),
    ):
        answer = terminal.done("ask", "--json", "--collection", "sample", question).json
        assert answer["answered"] is True
        (start, end) = answer["citations"][0]["highlights"][0]
        assert words in answer["citations"][0]["excerpt"][start:end]
