"""款, 项 and 目 where an item has several paragraphs, a list no numbers, or a number no more than a title."""
# ruff: noqa: E501 - the texts stand as they would in a file

from __future__ import annotations

from passage_texts import law, units

from npcbot.passages import split

_NEXT = "\n\n第二条 本办法自发布之日起施行。\n"


def locators(text: str) -> list[str]:
    """Of the units of the first article or item."""
    return [unit.locator for unit in split(law(text, title="某市公园办法"))[0].units]


def test_a_paragraph_between_two_items_is_of_the_first():
    text = (
        "第一条 园长行使下列职权：\n\n（一）签发入园证件；\n\n（二）确定开放时间，公布票价；\n\n审定年度收支，报区政府备案；\n\n"
        "（三）处理游客投诉。" + _NEXT
    )
    assert locators(text) == ["第一条", "第一条第（一）项", *["第一条第（二）项"] * 2, "第一条第（三）项"]


def test_what_follows_the_last_item_is_the_next_款():
    text = (
        "第一条 申请按照下列规定处理：\n\n（一）材料齐备的，予以登记；\n\n登记后应当公告。\n\n（二）材料不齐的，退回补正。\n\n"
        "前款所列文书由登记机关送达。" + _NEXT
    )
    assert locators(text)[2:] == ["第一条第一款第（一）项", "第一条第一款第（二）项", "第一条第二款"]


def test_a_list_in_the_second_paragraph_of_an_item():
    text = (
        "第一条 本办法下列用语的含义是：\n\n（一）老树，是指树龄百年以上的树木。\n\n新种的树不在此列。\n\n除移栽外，下列树木视为老树：\n\n"
        "1．由专家认定的；\n\n2．有文献记载的。\n\n（二）名树，是指有纪念意义的树木。" + _NEXT
    )
    assert locators(text)[2:] == [
        *["第一条第（一）项"] * 2,
        "第一条第（一）项第1目",
        "第一条第（一）项第2目",
        "第一条第（二）项",
    ]


def test_the_entries_of_a_list_without_numbers_are_one_款():
    text = (
        "第一条 委员会由下列人员组成：\n\n园长一人；\n\n副园长二人；\n\n游客代表三人。\n\n委员任期三年。\n\n第二条 树木分为两级：\n\n"
        "百年以上的为一级；\n\n（二）其余的为二级。\n\n第三条 另行规定。\n"
    )
    assert locators(text) == [*["第一条第一款"] * 4, "第一条第二款"]
    assert "第二条第（二）项" in units(law(text))


def test_what_stands_under_a_number_that_is_only_a_title():
    text = (
        "第一条 对占用绿地的认定和处理\n\n（一）认定\n\n未经批准使用绿地的，为占用。\n\n（二）处理\n\n占用绿地的，责令退还，并按下列标准赔偿：\n\n"
        "1.草坪每平方米十元。\n\n2.树木每株百元。" + _NEXT
    )
    assert locators(text) == [
        "第一条",
        *["第一条第（一）项"] * 2,
        *["第一条第（二）项"] * 2,
        "第一条第（二）项第1目",
        "第一条第（二）项第2目",
    ]


def test_several_formulas_are_one_款():
    text = (
        "第一条 赔偿额按照下列公式计算：\n\n草坪赔偿额＝面积×单价\n\n树木赔偿额＝株数×单价\n\n单价由市政府规定。"
        + _NEXT
    )
    assert locators(text) == [*["第一条第一款"] * 3, "第一条第二款"]


def test_an_answer_is_of_its_question():
    text = "一、问：未买票入园如何处理？\n\n答：补票。\n\n拒不补票的，劝离。\n\n二、问：能否带犬？\n\n答：不能。\n"
    assert locators(text) == ["一、", "一、", "一、第二款"]


def test_numbers_set_as_one_character():
    text = "第一条 下列行为禁止：\n\n（一）毁坏设施：\n\n⒈刻画；\n\n⒉攀爬。\n\n㈡污染水面。" + _NEXT
    assert locators(text)[2:] == ["第一条第（一）项第1目", "第一条第（一）项第2目", "第一条第（二）项"]
