"""``verify``, ``count``, ``diff``, ``trace``, ``figures`` as commands: what they print, their JSON, and bad input."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from command_line import FILES, Terminal

RIGHT = "每张借书证一次可以借书五册，借期三十天。"
WRONG = "每张借书证一次应当借书五册，借期三十天。"
OLD = "# 样本镇渡口规则\n\n（{date}样本镇大会通过）\n\n第一条 渡船每日开行{runs}班。\n\n第二条 遇大风停航。\n"


@pytest.fixture
def versions(library: Terminal) -> Terminal:
    library.write({"渡口(2015-03-01).md": OLD.format(date="2015年3月1日", runs="六")})
    library.write({"渡口(2020-03-01).md": OLD.format(date="2020年3月1日", runs="八")})
    library.done("index", library.documents)
    return library


def test_verify(library: Terminal) -> None:
    said = library.done("verify", f"规则说“{RIGHT}”，他说“{WRONG}”。").out
    assert "✓ 一字不差" in said
    assert "每张借书证一次［-应当-］｛+可以+｝借书五册" in said
    assert "《河湾镇图书馆借阅规则》（2021-09-01） › 第三条第一款" in said


def test_verify_as_json(library: Terminal) -> None:
    (one,) = library.done("verify", "--json", f"“{WRONG}”").json
    assert (one["verdict"], one["parts"][0]["place"]["changes"][0]["stands"]) == ("differs", "可以")


def test_verify_a_file_and_standard_input(library: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "draft.md").write_text(f"# 草稿\n\n> {RIGHT}\n", "utf-8")
    assert "✓ 一字不差" in library.done("verify", tmp_path / "draft.md").out
    for encoding in ("utf-8", "gb18030"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"“{WRONG}”，如上所述。".encode(encoding))))
        assert "✗ 与这份文本不同" in library.done("verify", "-").out


def test_words_longer_than_a_file_name_are_words(library: Terminal) -> None:
    assert "✓ 一字不差" in library.done("verify", f"“{RIGHT}”" + "如上所述，" * 60).out


@pytest.mark.parametrize("given", ["drafts/missing.docx", "missing.TXT", "", "。。。", "字" * 300_000])
def test_verify_what_cannot_be_checked(library: Terminal, given: str) -> None:
    library.refused("verify", given)


def test_verify_a_file_that_is_no_text(library: Terminal, tmp_path: Path) -> None:
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 no archive")
    assert "broken.docx" in library.refused("verify", tmp_path / "broken.docx")


def test_count(library: Terminal, tmp_path: Path) -> None:
    said = library.done("count", "借书", "--png", tmp_path / "chart.png").out
    expected = sum(text.count("借书") for text in FILES.values())
    assert said.startswith(f"「借书」 {expected} 次")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    found = library.done("count", "--json", "--by", "document", "借书", "渔船").json
    assert found["totals"] == [expected, 0]
    assert [one["text"] for one in found["occurrences"][0]] == ["借书"] * expected
    none = library.done("count", "渔船").out
    assert "0 次" in none
    assert "《河湾镇图书馆借阅规则》" in none
    assert "见 --json" not in none


@pytest.mark.parametrize(
    "arguments", [["。"], ["字" * 300], ["书", "--document", "没有这份"], ["书", "--png", "no/c.png"]]
)
def test_count_what_cannot_be_counted(library: Terminal, arguments: list[str]) -> None:
    library.refused("count", *arguments)


def test_diff(versions: Terminal) -> None:
    said = versions.done("diff", "渡口规则@2015", "样本镇渡口规则@2020").out
    assert "未改1条，修改1条，新增0条，删去0条" in said
    assert "渡船每日开行［-六-］｛+八+｝班。" in said
    found = versions.done("diff", "--json", "样本镇渡口规则@2015", "渡口(2020-03-01).md").json
    assert found["counts"]["changed"] == 1


def test_diff_of_what_is_not_there(versions: Terminal) -> None:
    assert "没有的规则" in versions.refused("diff", "没有的规则", "样本镇渡口规则")
    assert "1990-12-31" in versions.refused("diff", "样本镇渡口规则@1990", "样本镇渡口规则")
    assert "no date" in versions.refused("diff", "样本镇渡口规则@去年", "样本镇渡口规则")


def test_trace_and_figures(library: Terminal) -> None:
    said = "过去一年，图书馆一共买进新书6120册"
    assert "6120册" in library.done("trace", said).out
    (link,) = library.done("trace", "--json", said).json["links"]
    assert link["title"] == "河湾镇图书馆工作报告"
    assert "6120册" in library.done("figures", "新书").out
    assert library.done("figures", "--json", "新书").json["rows"][0]["figure"] == "6120册"
    assert "6120" in library.done("figures", "--csv", "新书").lines[1]


def test_figures_of_a_unit_that_there_is_not(library: Terminal) -> None:
    said = library.refused("figures", "新书", "--unit", "foo")
    assert "none in 'foo'" in said
    assert "册" in said
    assert "--csv" in library.refused("figures", "新书", "--csv", "--json")


@pytest.mark.parametrize("words", ["短", "aaaaaaaa-bbbbbbbbbbbb", "。。。。。。"])
def test_trace_what_cannot_be_followed(library: Terminal, words: str) -> None:
    library.refused("trace", words)


@pytest.mark.parametrize(
    "command", [["verify", "“文字”"], ["count", "书"], ["diff", "甲", "乙"], ["trace", "一句很长的话"]]
)
def test_no_index_and_no_collection(terminal: Terminal, command: list[str]) -> None:
    assert "npcbot index PATH" in terminal.refused(*command)
    assert "../secret" in terminal.refused(*command, "--collection", "../secret")
