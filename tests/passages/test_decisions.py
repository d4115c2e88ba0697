"""Decisions that amend by items: what they quote is theirs, whatever numbers it has; what they say of themselves is not."""
# ruff: noqa: E501 - the texts stand as they would in a file

from __future__ import annotations

from passage_texts import headings, law

from npcbot.passages import split
from npcbot.types import Document

_DECISION = (
    "# 关于修改两件规定的决定\n\n根据管理需要，决定作如下修改：\n\n## 一、修改《公园规定》\n\n1.将引言修改为：\n\n“为了管理公园，制定本规定。”\n\n"
    "2.将第六条修改为：\n\n“游客应当遵守下列规定：\n\n（一）不攀爬树木；\n\n（二）不带犬入园。\n\n违反的，予以劝离。”\n\n"
    "3.将“一、开放和收费”修改为：\n\n“一、开放”。\n\n4.删除第八条。\n\n"
    "## 二、修改《广场规定》\n\n1.将第一条修改为：\n\n“广场禁止下列活动：\n\n1.赛车；\n\n2.设摊；\n\n3.燃放烟花。”\n\n2.条文顺序作相应调整。\n\n"
    "本决定自2031年1月1日起施行。\n"
)


def places(document: Document) -> list[tuple[str, ...]]:
    return [(*headings(document, p), *(unit.locator for unit in p.units)) for p in split(document)]


def test_what_is_quoted_belongs_to_the_item_that_quotes_it():
    found = places(law(_DECISION, title="关于修改两件规定的决定"))
    first, second = "一、修改《公园规定》", "二、修改《广场规定》"
    assert found == [
        ("第1段",),
        (first, "1.", "1."),
        (first, "2.", "2.", "2.第（一）项", "2.第（二）项", "2.第二款"),
        (first, "3.", "3.第（一）项"),
        (first, "4."),
        (second, "1.", "1.", "1.第1项", "1.第2项", "1.第3项"),
        (second, "2."),
        ("第2段",),
    ]


def test_an_item_quoted_by_an_item_of_its_own_style():
    text = (
        "一、将第三条修改为：“公园免费开放。”\n\n二、将附件改为两项：\n\n“一、公园的范围由市政府公布。二、广场的范围由区政府公布。”\n\n"
        "三、删去第五条。\n\n根据本决定，公园规定作相应修改后重新公布。\n"
    )
    assert places(law(text, title="关于修改公园规定的决定")) == [
        ("一、",),
        ("二、", "二、第（一）项"),
        ("三、",),
        ("第1段",),
    ]


def test_a_heading_above_in_the_same_style_goes_on():
    text = "## （一）公园\n\n1.公园免费开放，下列情形除外：\n\n（一）夜间；\n\n（二）维修期间。\n\n2.公园设园长。\n\n（二）广场全天开放，由区政府管理。\n"
    found = places(law(text, title="公园和广场的规定"))
    assert found[0] == ("（一）公园", "1.", "1.第（一）项", "1.第（二）项")
    assert found[-1][-1] == "（二）"
