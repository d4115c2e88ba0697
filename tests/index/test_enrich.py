"""What is embedded and counted, as opposed to what is quoted."""

from __future__ import annotations

import pytest

from npcbot.index.enrich import above, content, passage_text, sameness, window_text
from npcbot.types import DateKind, Document, Kind, Passage, Source, TypedDate, Unit

TEXT = "# 样本报告\n一、立法\n（一）规划\n第一句在这里，\n断了行。第二句。\n"
START = TEXT.index("第一句")
END = TEXT.index("第二句。") + 4
DOCUMENT = Document("a.md", TEXT, "样本报告")
PASSAGE = Passage(
    units=(Unit(((START, END),), "第1段"),),
    section=((2, 6), (7, 11), (12, 17)),
    locator="第1段",
    block=((START, END),),
)


def test_title_and_headings_stand_above_the_words() -> None:
    assert passage_text(DOCUMENT, PASSAGE) == "样本报告\n一、立法\n（一）规划\n第一句在这里，断了行。第二句。"


def test_a_window_has_the_innermost_heading() -> None:
    window = (TEXT.index("第二句"), END)
    assert window_text(DOCUMENT, PASSAGE, window) == "样本报告\n（一）规划\n第二句。"


def test_without_title_and_headings() -> None:
    bare = Passage(PASSAGE.units, (), "第1段", PASSAGE.block)
    assert passage_text(Document("a.md", TEXT, ""), bare) == "第一句在这里，断了行。第二句。"


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("一、去年工作囘顧", "2017年回顾"),
        ("一、2017年 工 作 回 顾", "2017年回顾"),
        ("过去一年的主要工作", "2017年回顾"),
        ("一、 过去五年工作回顾", ""),
        ("过去一年及五年的主要工作", ""),
        ("一、“八五”时期国民经济和社会发展的回顾", ""),
        ("一、一九一七年计划的执行情况", "2017年回顾"),
        ("二、今年工作的任务", ""),
        ("一、三十五年来的成就", ""),
        ("二、今后五年的主要任务", ""),
    ],
)
def test_where_a_report_looks_back_the_years_are_named(heading: str, told: str) -> None:
    text = f"样本报告\n{heading}\n（一）规划\n第一句在这里。"
    first, second, body = (text.index(part) for part in (heading, "（一）", "第一句"))
    headings = ((first, second - 1), (second, body - 1))
    passage = Passage((Unit(((body, len(text)),), "第1段"),), headings, "第1段", ((body, len(text)),))
    dates = (TypedDate(DateKind.DELIVERED, "2018-03-05", Source.TEXT),)
    lines = ["样本报告", *([told] if told else [])]
    report = Document("a.txt", text, "样本报告", Kind.REPORT, dates=dates)
    assert above(report, passage) == lines
    assert window_text(report, passage, (body, len(text))) == "\n".join([*lines, "（一）规划", "第一句在这里。"])
    assert passage_text(report, passage) == "\n".join(
        [*lines, heading.replace("  ", " "), "（一）规划", "第一句在这里。"]
    )
    law = Document("a.txt", text, "样本报告", Kind.LAW, dates=dates)
    assert above(law, passage) == above(Document("a.txt", text, "样本报告", Kind.REPORT), passage) == ["样本报告"]


def test_sameness_looks_through_script_breaks_and_invisible_characters() -> None:
    for variant in (TEXT.replace("，\n断", "，断"), TEXT.replace("这里", "這裡"), TEXT.replace("第一", "第\u200b一")):
        other = Document("b.md", variant, "别的题目")
        start, end = variant.index("第"), len(variant) - 1
        passage = Passage((Unit(((start, end),), ""),), (), "", ((start, end),))
        assert sameness(other, passage) == sameness(DOCUMENT, PASSAGE)
    assert sameness(DOCUMENT, Passage((Unit(((START, END - 5),), ""),), (), "", ())) != sameness(DOCUMENT, PASSAGE)


def test_content_names_the_text() -> None:
    assert content("甲") == content("甲") != content("乙")
    assert len(content("甲")) == 20
