"""Data sets that cannot be measured: told by name, status 2, and no figures made of nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeEncoder

from npcbot.errors import DocumentError
from npcbot.evaluation import beir
from npcbot.terminal import measuring
from npcbot.terminal.cli import main

GOOD = {
    "corpus.jsonl": '{"_id": "r1", "title": "渡口", "text": "渡船每半个钟头开一班，雾天停航。"}\n'
    '{"_id": "r2", "title": "渡口", "text": "牲口过河要另买一张票，鸡鸭不算。"}\n',
    "queries.jsonl": '{"_id": "q1", "text": "渡船多久开一班？"}\n',
    "qrels.tsv": "query-id\tcorpus-id\tscore\nq1\tr1\t1\n",
}


def folder(path: Path, **changed: str) -> Path:
    """``corpus``, ``queries`` or ``qrels`` replaced."""
    path.mkdir()
    for name, content in GOOD.items():
        (path / name).write_text(changed.get(name.split(".")[0], content), encoding="utf-8")
    return path


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setenv("NPCBOT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(measuring, "load_encoder", lambda settings: FakeEncoder())

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        assert isinstance(ended.value.code, int)
        return ended.value.code, *capsys.readouterr()

    return call


def test_the_good_one_is_good(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    status, out, err = run("eval", folder(tmp_path / "good"))
    assert (status, err) == (0, "")
    assert out.splitlines()[1].split()[:3] == ["good", "hybrid", "1.000"]


@pytest.mark.parametrize("part", ["corpus", "queries", "qrels"])
def test_a_part_without_a_line(run: Callable[..., tuple[int, str, str]], tmp_path: Path, part: str) -> None:
    status, _, err = run("eval", folder(tmp_path / "set", **{part: "\n"}))
    assert status == 2
    assert part in err


def test_judgements_of_records_that_are_not_there(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    status, _, err = run("eval", "--near", folder(tmp_path / "set", qrels="q1\tr99\t1\n"))
    assert status == 2
    assert "r99" in err


def test_one_id_for_two_records(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    twice = GOOD["corpus.jsonl"].replace('"r2"', '"r1"')
    status, _, err = run("eval", folder(tmp_path / "set", corpus=twice))
    assert status == 2
    assert "'r1'" in err


@pytest.mark.parametrize("line", ["q1\tr1\tgood", "q1\tr1", "q1 r1 1", "q1\tr1\t1\t1"])
def test_judgements_that_are_none(tmp_path: Path, line: str) -> None:
    with pytest.raises(DocumentError, match=r"qrels\.tsv, line 3"):
        beir.load(folder(tmp_path / "set", qrels=GOOD["qrels.tsv"] + line + "\n"))


@pytest.mark.parametrize("missing", list(GOOD))
def test_a_folder_that_lacks_a_file(run: Callable[..., tuple[int, str, str]], tmp_path: Path, missing: str) -> None:
    (folder(tmp_path / "set") / missing).unlink()
    status, _, err = run("eval", tmp_path / "set")
    assert status == 2
    assert str(tmp_path / "set" / missing) in err
    assert "BEIR" in err


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (folder(tmp_path / "set") / "queries.jsonl").write_bytes(b'{"_id": "q", "text": "\xff"}\n')
    with pytest.raises(DocumentError, match=r"queries\.jsonl"):
        beir.load(tmp_path / "set")


def test_judgements_without_a_heading_are_all_read(tmp_path: Path) -> None:
    assert beir.load(folder(tmp_path / "set", qrels="q1\tr2\t2\nq1\tr1\t1\n")).qrels == {"q1": {"r2": 2, "r1": 1}}


def test_the_fingerprint_is_that_of_the_records(tmp_path: Path) -> None:
    made = beir.load(folder(tmp_path / "a")).fingerprint
    assert beir.load(folder(tmp_path / "b", queries='{"_id": "q1", "text": "牲口要票吗？"}\n')).fingerprint == made
    assert beir.load(folder(tmp_path / "c", corpus=GOOD["corpus.jsonl"].replace("半个", "一个"))).fingerprint != made
    assert beir.load(folder(tmp_path / "d", corpus=GOOD["corpus.jsonl"].replace("渡口", "桥头"))).fingerprint != made


def test_a_folder_that_is_none(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    for arguments in (["nowhere"], [folder(tmp_path / "set"), "--unanswerable", "nowhere"]):
        status, out, err = run("eval", *arguments)
        assert (status, out) == (2, "")
        assert "nowhere" in err


def test_a_file_that_cannot_be_written(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    out_file = tmp_path / "no" / "folder" / "out.json"
    status, _, err = run("eval", folder(tmp_path / "set"), "--json", out_file)
    assert status == 2
    assert str(out_file) in err


def test_what_is_written_is_json_for_everybody(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    """No NaN, which only some readers take."""

    def refuse(constant: str) -> float:
        raise AssertionError(constant)

    out_file = tmp_path / "out.json"
    other = folder(tmp_path / "other", queries='{"_id": "x1", "text": "灶王爷的生日是哪天？"}\n')
    run("eval", folder(tmp_path / "set"), "--unanswerable", other, "--near", "--json", out_file)
    (written,) = json.loads(out_file.read_text("utf-8"), parse_constant=refuse)
    for name in ("other", "near"):
        assert 0 <= written["auroc"][name] <= 1
        assert 0 <= written["answered_unanswerable"][name] <= 1
        assert not math.isnan(written["auroc"][name])
