"""Titles and dates over the whole shared corpus: reports and laws."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from material import SHARED

from npcbot.documents import read
from npcbot.passages import split
from npcbot.passages.works import outline, relate
from npcbot.types import DateKind, Document, Kind, Source

NAMED = re.compile(r"\((\d{4}-\d\d-\d\d)\)\.md$")

#: Files named for another day than the text gives, with the text's date. Where it is the day before, in the years of
#: Chinese summer time, a clock set wrong by an hour moved the day; the others are misprints.
SUMMER = "the day before, in a year of summer time"
MISPRINT = "figures of the name exchanged or lost"
DIFFERENT = {
    "人民调解委员会组织条例(1989-06-16)": ("1989-06-17", SUMMER),
    "全民所有制工业交通企业设备管理条例(1987-07-27)": ("1987-07-28", SUMMER),
    "国务院关于鼓励华侨和香港澳门同胞投资的规定(1990-08-18)": ("1990-08-19", SUMMER),
    "国务院关于鼓励台湾同胞投资的规定(1988-07-02)": ("1988-07-03", SUMMER),
    "国务院关于鼓励投资开发海南岛的规定(1988-05-03)": ("1988-05-04", SUMMER),
    "外国人来华登山管理办法(1991-08-28)": ("1991-08-29", SUMMER),
    "核材料管制条例(1987-06-14)": ("1987-06-15", SUMMER),
    "民用航空器适航管理条例(1987-05-03)": ("1987-05-04", SUMMER),
    "矿产资源监督管理暂行办法(1987-04-28)": ("1987-04-29", SUMMER),
    "禁止向企业摊派暂行条例(1988-04-27)": ("1988-04-28", SUMMER),
    "防治陆源污染物污染损害海洋环境管理条例(1990-06-21)": ("1990-06-22", SUMMER),
    "森林和野生动物类型自然保护区管理办法(1958-07-06)": ("1985-07-06", MISPRINT),
    "水产资源繁殖保护条例(1972-02-10)": ("1979-02-10", MISPRINT),
    "长城保护条例(2006-10-01)": ("2006-10-11", MISPRINT),
}


@pytest.fixture(scope="module")
def corpus() -> Path:
    if not (SHARED / "corpus" / "laws").is_dir():
        pytest.skip("shared material absent")
    return SHARED / "corpus"


@pytest.fixture(scope="module")
def laws(corpus: Path) -> list[Document]:
    return [read(path, f"laws/{path.name}") for path in sorted((corpus / "laws").glob("*.md"))]


def test_every_report_has_title_year_and_body(corpus: Path) -> None:
    paths = sorted((corpus / "reports").glob("*.txt"))
    assert len(paths) == 53
    for path in paths:
        report = read(path, f"reports/{path.name}")
        year = path.stem.rsplit("_", 1)[1]
        assert report.kind is Kind.REPORT, path.name
        assert "工作报告" in report.title and len(report.title) < 60 and "各位" not in report.title
        assert [d.value[:4] for d in report.dates if d.kind is DateKind.DELIVERED] == [year]
        exact = report.dates[0].source is Source.TEXT
        assert len(report.date) == 10 if exact else report.notes
        assert 0 < report.body_start < 400
        assert "各位代表" not in report.text[report.body_start :][:12]
        assert "\n" in report.text[report.body_start :][:1] + report.text[report.body_start - 1]
    named = [p for p in paths if read(p, p.name).dates[0].source is Source.NAME]
    assert len(named) == 9


def test_the_report_that_breaks_off(corpus: Path) -> None:
    report = read(corpus / "npcsc-work-report-2023.txt", "npcsc-work-report-2023.txt")
    assert (report.kind, report.date) == (Kind.REPORT, "2023-03-07")
    assert report.incomplete
    assert read(corpus / "reports/国务院政府工作报告_1964.txt", "国务院政府工作报告_1964.txt").incomplete


def test_every_law_has_a_title_of_its_own_and_a_date_that_agrees_with_its_name(laws: list[Document]) -> None:
    assert len(laws) == 1564
    other: dict[str, str] = {}
    for law in laws:
        assert law.title and not re.match(r"#|\d{4}年\d", law.title)
        assert not any("title" in note for note in law.notes)
        assert law.text[law.body_start :].strip() and law.body_start < 900
        named = NAMED.search(law.document_id)
        if named and named[1] != law.date:
            other[law.document_id.split("__")[-1].removesuffix(".md")] = law.date
        elif (
            not named
            and "案例" not in law.document_id
            and "其他" not in law.document_id
            and "(201" not in law.document_id
        ):
            assert law.date, law.document_id
    assert other == {name: date for name, (date, _) in DIFFERENT.items()}
    assert sum(law.kind is Kind.LAW for law in laws) == 1511
    assert sum(any(date.source is Source.NAME for date in law.dates) for law in laws) >= 620


def test_works_versions_and_identical_texts(laws: list[Document]) -> None:
    # The parser is needed only where a work may have parts.
    related = relate(
        [outline(d, [p.article for p in split(d)] if d.document_id.startswith("laws/民法典__") else ()) for d in laws]
    )
    parts = {relation.parts for relation in related.values() if relation.parts}
    assert len(parts) == 1 and len(next(iter(parts))) == 8
    assert next(iter(parts))[0] == "laws/民法典__总则.md"
    together: dict[str, set[str]] = {}
    for name, relation in related.items():
        together.setdefault(relation.work, set()).add(name)
    several = [names for names in together.values() if len(names) > 1]
    assert len([names for names in together.values() if any(related[n].superseded_by for n in names)]) == 75
    assert len(several) == 85
    groups = {tuple(sorted((name, *relation.same_text))) for name, relation in related.items() if relation.same_text}
    texts = {law.document_id: law.text for law in laws}
    exact = [group for group in groups if len({texts[name] for name in group}) == 1]
    assert len(exact) == 3
    assert all(group[0].split("__")[1] == group[1].split("__")[1] for group in exact)
    newest = [name for name in related if name.startswith("laws/宪法相关法__立法法")]
    assert [bool(related[name].superseded_by) for name in sorted(newest)] == [True, False]
    # One of the two has a table of contents besides, and other brackets.
    procedure = [name for name in related if name.startswith("laws/司法解释__最高人民法院关于适用《民事诉讼法》的解释")]
    assert [bool(related[name].superseded_by) for name in sorted(procedure)] == [True, False, False]
    amendments = [name for name in related if name.startswith("laws/宪法__宪法修正案")]
    assert len(amendments) == 5
    assert all(not related[n].parts and not related[n].superseded_by for n in amendments)
    for name, relation in related.items():
        assert not related[relation.superseded_by].superseded_by if relation.superseded_by else True, name
