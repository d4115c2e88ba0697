"""Headings without their number or sign, missing ones, and what must not stand under the heading before them."""
# ruff: noqa: E501 - the texts stand as they would in a file

from __future__ import annotations

from passage_texts import headings, law, make, marks_of, role_of

from npcbot.passages import Role, split
from npcbot.types import Document


def above(document: Document) -> dict[str, list[str]]:
    return {p.locator: headings(document, p) for p in split(document)}


def test_a_chapter_that_has_lost_its_number():
    text = "## 第一章 总则\n\n第一条 公园免费开放。\n\n开放与收费\n\n第二条 夜间收费。\n\n附 则\n\n第三条 本办法自发布之日起施行。\n"
    assert above(law(text)) == {"第一条": ["第一章 总则"], "第二条": ["开放与收费"], "第三条": ["附 则"]}


def test_the_lost_title_fills_two_lines():
    text = "## 第一章 总则\n\n第一条 公园免费开放。\n\n湖泊、广场、\n\n林地的管理\n\n第二条 湖泊不得填埋。\n"
    assert above(law(text))["第二条"] == ["湖泊、广场、", "林地的管理"]


def test_a_lost_chapter_before_its_first_节():
    text = (
        "## 第一章 总则\n\n### 第一节 范围\n\n第一条 公园免费开放。\n\n收费\n\n### 第一节 票价\n\n第二条 夜间收费。\n"
    )
    document = law(text, marks=marks_of(text))
    assert above(document)["第二条"] == ["收费", "第一节 票价"]


def test_an_enumerated_heading_without_its_sign():
    text = "## 一、开放\n\n第一条 公园免费开放。\n\n二、收费\n\n第二条 夜间收费。\n"
    assert above(law(text, marks=marks_of(text))) == {"第一条": ["一、开放"], "第二条": ["二、收费"]}


def test_formulas_lists_items_and_sentences_are_no_headings():
    for end in (
        "赔偿额按下式计算：\n\n赔偿额＝面积×单价",
        "免费的有：\n\n东湖公园\n\n西湖公园",
        "下列情形免费：\n\n（一）节日。\n\n（二）维修期间",
        "夜间开放。\n\n游客应当按时离园",
    ):
        text = f"## 第一章 总则\n\n### （一）开放\n\n第一条 公园开放。{end}\n\n第二条 夜间收费。\n"
        document = law(text, marks=marks_of(text))
        assert above(document)["第二条"] == ["第一章 总则", "（一）开放"], end


def test_a_sentence_goes_on_counting_from_a_declared_heading():
    text = (
        "## 一、公园的管理\n\n1.公园设园长。\n\n2.公园免费开放。\n\n## 二、广场的管理\n\n1.广场全天开放。\n\n"
        "三、本规定由市政府解释，自发布之日起施行。\n"
    )
    document = law(text, title="公园和广场的规定", marks=marks_of(text))
    assert [(p.locator, headings(document, p)) for p in split(document)][-1] == ("三、", [])


def test_a_missing_heading_does_not_lend_its_parts_to_the_one_before():
    text = (
        "一、去年的工作\n\n去年共办理提案三十件，全部按期答复。\n\n（一）修缮公园。修缮了三座公园的围墙和步道，更换了全部座椅。\n\n"
        "（二）开放广场。新开放两座广场，夜间照明全部安装完毕。\n\n今年要着力做好以下几方面的工作。\n\n（一）增加绿地\n\n新增绿地十公顷，并补种行道树两千株。\n\n"
        "（二）治理湖水\n\n湖水水质达到三类标准，岸线全部向公众开放。\n\n三、政府自身建设\n\n继续精简会议文件，改进工作作风。\n"
    )
    found = above(make(text, title="某区工作报告"))
    assert found["第3段"][:1] == ["一、去年的工作"]
    assert found["第5段"] == ["（一）增加绿地"]
    assert found["第7段"] == ["三、政府自身建设"]


def test_a_table_of_contents_without_its_name():
    text = (
        "二、收费\n\n三、处罚\n\n四、附则\n\n为了管理公园，规定如下：\n\n一、开放\n\n第一条 公园免费开放。\n\n二、收费\n\n第二条 夜间收费。\n\n"
        "三、处罚\n\n第三条 毁坏设施的，责令赔偿。\n\n四、附则\n\n第四条 本规定自发布之日起施行。\n"
    )
    text = "".join(f"## {line}\n" if line[1:2] == "、" else f"{line}\n" for line in text.split("\n"))
    document = law(text, marks=marks_of(text))
    assert above(document)["第1段"] == []
    assert role_of(document, "二、收费") is Role.FURNITURE
    assert above(document)["第二条"] == ["二、收费"]
