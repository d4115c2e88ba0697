"""Sentences, windows of sentences, and how a quotation is shown."""

from __future__ import annotations

from itertools import pairwise

import pytest
from passage_texts import law, make

from npcbot.passages import clip, display, joined, sentences, split, strip_breaks, windows
from npcbot.passages.cut import LONGEST


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    "parts",
    [
        ["会议结束了。", "代表们离开会场！", "明年再见？"],
        ["他说：“会议很好。”", "大家同意。"],
        ["甲；乙；丙。", "丁。"],
        ["增长6.5%，达到2.5万元。", "好。"],
        ["他问：“谁来负责？”，没有人回答。"],
        ["“说干就干！”的劲头。", "完。"],
        ["计划已经完成！（热烈鼓掌）", "谢谢。"],
        ["It grew by 2.5 percent in 2020. ", "Mr. Li agreed, e.g. in March. ", "The U.S. side did not."],
        ["1. First the roll is called. ", "Then the agenda is read."],
        ["没有句号的一段"],
        ["等等……", "后来呢？！", "没有了。"],
        ["（会议公开举行。）", "记者可以旁听。"],
    ],
)
def test_sentences(parts):
    text = "".join(parts)
    assert cut(text) == [part.strip() for part in parts]


def test_sentences_within_bounds():
    text = "甲。乙。丙。"
    assert sentences(text, 2, 5) == [(2, 4), (4, 5)]
    assert sentences(text, 3, 3) == []


def test_a_line_break_ends_no_sentence():
    assert cut("会议听取\n\n了报告。然后") == ["会议听取\n\n了报告。", "然后"]


def test_a_short_passage_is_its_own_window():
    document = make("一、情况\n" + "这里的情况很好。" * 15 + "\n")
    assert windows(document, split(document)[0]) == ()


def test_windows_cover_the_passage_in_whole_sentences():
    document = make("一、情况\n" + "这里的情况比过去几年都要好得多，群众满意。" * 30 + "\n")
    passage = split(document)[0]
    found = windows(document, passage, 120)
    assert found[0][0] == passage.start and found[-1][1] == passage.end
    assert all(document.text[end - 1] == "。" for _, end in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert all(60 <= end - start <= 200 for start, end in found)


def test_a_sentence_of_clauses_is_parted_between_them():
    document = make("一、情况\n" + "要把各项任务逐级分解落实到具体的单位和个人，限期完成；" * 20 + "完。\n")
    found = windows(document, split(document)[0], 100)
    assert len(found) > 3
    assert all(document.text[end - 1] in "；。" for _, end in found)


def test_windows_run_over_items():
    items = "".join(f"（{n}）应当在规定的期限内向登记机关提交申请书和证明；\n\n" for n in "一二三四五六七八九")
    document = law(f"第一条 办理登记的，应当符合下列要求：\n\n{items}第二条 施行日期另定。\n")
    found = windows(document, split(document)[0], 100)
    assert 2 <= len(found) <= 5


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("三次\n\n次会议", "三次次会议"),
        ("多\f\n少", "多少"),
        ("a great\n  hall", "a great hall"),
        ("inter-\nnational", "inter-national"),
        ("在 Beijing\n举行", "在 Beijing举行"),
        ("增长1\r\n5万", "增长15万"),
        ("\n头尾\n", "头尾"),
        ("同 一 行", "同 一 行"),
        ("year,\n2020", "year, 2020"),
    ],
)
def test_strip_breaks(torn, whole):
    assert strip_breaks(torn) == whole
    assert strip_breaks(whole) == whole


def test_display_of_a_part():
    text = (
        "一、监督\n\n常委会听取了关于饮用水安全的报告，要求有关部门在三年内完成老旧管网改造，并把改造计划向社会公布，接受\n\n"
        "（下转3版）\n\n代表和群众的监督。没有完成的项目要说明原因。\n\n对于没有按期完成的，继续跟踪。\n"
    )
    document = make(text)
    passage = split(document)[0]
    start = text.index("接受")
    end = text.index("没有完成")
    assert display(text, start, end, passage) == "接受代表和群众的监督。"
    assert [text[s:e] for s, e in clip(text, passage, start, end)] == ["接受", "代表和群众的监督。"]
    assert display(text, passage.start, passage.end, passage).count("\n") == 1
    # Two paragraphs with nothing between them but a break are one span.
    last = clip(text, passage, text.index("没有完成"), passage.end)
    assert len(last) == 1 and strip_breaks(joined(text, last)).endswith("继续跟踪。")


def test_no_passage_is_longer_than_the_limit():
    document = make("一、情况\n" + "没有句号的长句，" * 700 + "\n")
    assert all(sum(e - s for s, e in p.spans) <= LONGEST for p in split(document))
