"""Figures measured against those annotated by hand (``tests/data/figures.md``), and followed in a small collection."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fakes import FakeEncoder
from material import SHARED

from npcbot.answer.show import StoredTexts
from npcbot.answer.verify import verify_citation
from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.errors import NpcbotError, QuestionError
from npcbot.index import Collection, update
from npcbot.lookups.figures import Figures, follow
from npcbot.lookups.quantities import quantities
from npcbot.terminal.figures import figures_command, lines
from npcbot.types import sha256

ANNOTATED = Path(__file__).resolve().parents[1] / "data" / "figures.json"
PRECISION, RECALL = 0.95, 0.90


@cache
def annotations() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ANNOTATED.read_text(encoding="utf-8"))["documents"]
    return found


def source(name: str) -> Path:
    path = SHARED / "corpus" / "reports" / name
    return path if path.is_file() else SHARED / "corpus" / name


def scored(name: str, note: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The half, ``right``, ``wrong`` (found, not annotated so) or ``missed``, and the place, for each figure."""
    text = read(source(name), name).text
    assert sha256(text) == note["sha256"], f"{name}: the file is not the one that was annotated"
    for start, end, half in note["sentences"]:
        wanted = [figure for figure in note["figures"] if start <= figure["start"] < end]
        for got in quantities(text, start, end):
            value = {"low": float(got.low), "high": float(got.high), "unit": got.unit}
            same = [
                figure
                for figure in wanted
                if figure["start"] < got.end and got.start < figure["end"] and value.items() <= figure.items()
            ]
            if same:
                wanted.remove(same[0])
            yield half, "right" if same else "wrong", f"{name} at {got.start}–{got.end}: {value}"
        for figure in wanted:
            yield half, "missed", f"{name} at {figure['start']}–{figure['end']}: {figure['low']} {figure['unit']}"


def test_the_sample_is_large_and_without_text() -> None:
    assert sum(len(note["figures"]) for note in annotations().values()) >= 150
    text = re.sub(r'"[^"]*\.txt"', "", ANNOTATED.read_text(encoding="utf-8"))
    assert not re.search(r"[\u3400-\u9fff]{6}", text), "offsets and values, no text"


def test_precision_and_recall() -> None:
    if not (SHARED / "corpus").is_dir():
        pytest.skip("shared material absent")
    results = [one for name, note in annotations().items() for one in scored(name, note)]
    for half in ("tune", "test", None):
        counts = Counter(result for own, result, _ in results if half in (own, None))
        precision = counts["right"] / (counts["right"] + counts["wrong"])
        recall = counts["right"] / (counts["right"] + counts["missed"])
        print(f"\n{half or 'all'}: precision {precision:.3f}, recall {recall:.3f}, {counts['right']} right", end="")
        assert precision >= PRECISION and recall >= RECALL, [place for _, result, place in results if result != "right"]


REPORTS = {
    "2001": """示例省人民政府工作报告
（2001年1月20日）

一、2000年工作回顾
一年来，全省人民共同努力，经济继续发展，各项社会事业继续进步。
全年城镇新增就业35万人，比上年增加2万人，城乡居民收入继续提高。粮食产量达到12
00万吨，增长百分之三点五，农民的负担继续减轻。过去五年，城镇新增就业累计150万
人，社会保持稳定。

二、2001年主要任务
今年的预期目标是：城镇新增就业30万人左右；粮食产量1250万吨。
""",
    "2002": """示例省人民政府工作报告
（2002年1月22日）

一、2001年工作回顾
一年来，改革稳步推进。人均粮食产量下降2%。

二、2002年主要任务
今年的主要目标是：城镇新增就业32万人以上。
""",
    "2003": """示例省人民政府工作报告
（2003年1月21日）

一、2002年工作回顾
文化事业进一步繁荣，建成图书馆12个。
""",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    source = tmp_path / "documents"
    source.mkdir()
    for year, text in REPORTS.items():
        (source / f"示例省政府工作报告_{year}.txt").write_text(text, "utf-8")
    documents = [read(path, path.name) for path in sorted(source.iterdir())]
    update(tmp_path / "home", "test", documents, encoder=FakeEncoder(dim=64), settings=load_settings().index)
    return tmp_path / "home"


def followed(home: Path, term: str) -> Figures:
    with Collection.open(home, "test") as collection:
        found = follow([collection], term, None)
        for row in (*found.rows, *found.others):
            verify_citation(row.as_json()["citation"], StoredTexts(collection))
            text = collection.document(row.citation.document_id).text
            assert re.sub(r"\s", "", text[slice(*row.span)]) == row.figure
            assert row.citation.excerpt[slice(*row.citation.highlights[0])] == row.figure
    return found


def test_one_row_a_document_and_series(home: Path) -> None:
    found = followed(home, "城镇新增就业")
    assert [(row.citation.date[:4], row.series, row.figure, row.target) for row in found.rows] == [
        ("2001", "人", "35万人", False),
        ("2001", "人 change", "2万人", False),
        ("2001", "人 over years", "150万人", False),
        ("2002", "人", "32万人以上", True),
    ]
    assert [row.figure for row in found.others] == ["30万人左右", "1250万吨"]
    assert [one.year for one in found.without(found.rows)] == ["2003"]
    assert found.series()[0] == ("人", 2)


def test_a_number_torn_from_its_unit_and_a_growth(home: Path) -> None:
    found = followed(home, "粮食产量")
    assert [(row.citation.date[:4], row.series, row.value) for row in found.rows] == [
        ("2001", "吨", 12_000_000),
        ("2001", "% change", 3.5),
    ]
    assert [row.figure for row in found.others if row.citation.date.startswith("2002")] == ["2%"], "人均 is another"


def test_json_and_csv(home: Path) -> None:
    found = followed(home, "城镇新增就业")
    told = found.as_json()
    assert told["rows"][0] | {"citation": None} == {
        "date": "2001",
        "series": "人",
        "figure": "35万人",
        "low": 350000,
        "high": 350000,
        "unit": "人",
        "bound": "",
        "change": "",
        "base": False,
        "counts": "城镇新增就业",
        "span": told["rows"][0]["span"],
        "year": None,
        "outdated": False,
        "target": False,
        "several_years": False,
        "nearness": "exact",
        "citation": None,
    }
    assert told["no_figure_in"][0]["date"] == "2003"
    table = list(csv.DictReader(io.StringIO(found.as_csv())))
    assert [row["figure"] for row in table] == [row.figure for row in found.rows]
    assert table[0]["sentence"] == "全年城镇新增就业35万人，比上年增加2万人，城乡居民收入继续提高。"
    json.dumps(told, ensure_ascii=False)


def test_printed(home: Path) -> None:
    printed = "\n".join(lines(followed(home, "城镇新增就业"), 80, False))
    assert "┃ 全年城镇新增就业⟦35万人⟧，比上年增加2万人，城乡居民收入继续提高。" in printed
    assert "2002  32万人以上  城镇新增就业  〔目标或计划〕" in printed
    assert re.search(r"2001  █{40} 35万人\n2002  ░{37} 32万人以上", printed)
    assert "没有这个数字的：2003" in printed
    assert "没有找到它的数字" in "\n".join(lines(followed(home, "高速铁路"), 80, True))


def test_command(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPCBOT_HOME", str(home))
    run = CliRunner().invoke(figures_command, ["粮食产量", "--collection", "test", "--all", "--unit", "%", "--json"])
    assert run.exit_code == 0, run.output
    assert [row["figure"] for row in json.loads(run.output)["rows"]] == ["百分之三点五"]
    run = CliRunner().invoke(figures_command, ["粮食产量", "--collection", "test", "--all", "--csv"])
    assert run.output.startswith("date,title,")


def test_charts_in_files(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPCBOT_HOME", str(home))
    chart = tmp_path / "chart.png"
    asking = ["城镇新增就业", "--collection", "test", "--all", "--png"]
    run = CliRunner().invoke(figures_command, [*asking, str(chart)])
    assert run.exit_code == 0, run.output
    assert chart.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(NpcbotError, match="cannot be written"):
        CliRunner().invoke(figures_command, [*asking, str(tmp_path / "no" / "c.png")], catch_exceptions=False)
    missing = tmp_path / "none.png"
    run = CliRunner().invoke(figures_command, ["高速铁路", "--collection", "test", "--all", "--png", str(missing)])
    assert "not written" in run.output
    assert not missing.exists()


def test_documents_of_one_name_in_two_collections_are_two(home: Path, tmp_path: Path) -> None:
    name = "示例省政府工作报告_2002.txt"
    (tmp_path / name).write_text(REPORTS["2003"].replace("2003年1月21日", "2002年1月22日"), "utf-8")
    documents = [read(tmp_path / name, name)]
    update(home, "other", documents, encoder=FakeEncoder(dim=64), settings=load_settings().index)
    with Collection.open(home, "test") as one, Collection.open(home, "other") as other:
        found = follow([one, other], "城镇新增就业", None)
        assert [(row.citation.collection, row.citation.date[:4]) for row in found.of("人")] == [
            ("test", "2001"),
            ("test", "2002"),
        ]
        missing = [("other", "2002"), ("test", "2003")]
        assert [(told["collection"], told["date"][:4]) for told in found.as_json()["no_figure_in"]] == missing
        assert [(told.collection, told.year) for told in found.only("人").without(found.of("人"))] == missing
        assert "没有这个数字的：2002、2003" in "\n".join(lines(found, 80, False))


def test_no_term(home: Path) -> None:
    with pytest.raises(QuestionError):
        followed(home, "  ")
