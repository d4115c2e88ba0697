"""What is embedded and counted, as opposed to what is quoted."""

from __future__ import annotations

from npcbot.index.enrich import content, passage_text, sameness, window_text
from npcbot.types import Document, Passage, Unit

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
