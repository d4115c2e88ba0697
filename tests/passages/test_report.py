"""Reports: headings, run-in headings, torn paragraphs, and what stands between them."""
# ruff: noqa: E501 - the texts stand as they would in a file

from __future__ import annotations

import pytest
from passage_texts import REPORT, by_locator, headings, make, marks_of, role_of, shown, units

from npcbot.passages import Role, audit, split
from npcbot.types import Kind


@pytest.fixture(scope="module")
def report():
    return make(REPORT, title="某市人民代表大会常务委员会工作报告")


@pytest.mark.parametrize(
    "name", ["市长 李某", "省长\u3000欧 阳 某", "某区人民法院院长 何常", "縣長 李某", "（主任 李某某）"]
)
def test_the_name_of_who_reports_is_no_heading(name):
    body = "一、过去一年的工作\n\n过去一年，新建公园十二个，植树三万株，群众的居住环境有了明显的改善。\n"
    text = f"市政府工作报告\n\n{name}\n\n{body}\n市长 热线\n\n热线全年接听来电三万个，办结率达到百分之九十九。\n"
    document = make(text, title="市政府工作报告")
    assert role_of(document, name) is Role.ASIDE
    found = by_locator(document)
    assert headings(document, found["第1段"]) == ["一、过去一年的工作"]
    assert headings(document, found["第2段"])[-1] == "市长 热线"


def test_letters_may_head_a_part_of_a_report():
    text = "A. 公园\n\n全年新建公园十二个，植树三万株。\n\nB. 学校\n\n全年新建学校三所，改造老旧学校五所。\n"
    document = make(text)
    assert [headings(document, p) for p in split(document)] == [["A. 公园"], ["B. 学校"]]


def test_a_run_in_heading_owns_only_its_paragraph(report):
    found = by_locator(report)
    top = "过去一年的主要工作"
    first = "一、依法立法，为城市治理提供制度保障"
    assert headings(report, found["第5段"]) == [top, first, "（一）完善城市管理法规"]
    assert headings(report, found["第6段"]) == [top, first, "（二）加强民生领域立法"]
    assert headings(report, found["第7段"]) == [top, first]
    assert shown(report, found["第7段"]).startswith("立法实践使我们体会到")
    assert shown(report, found["第5段"]).startswith("（一）完善城市管理法规。制定养犬管理条例")


def test_a_torn_paragraph_is_one_and_a_doubled_character_stays(report):
    paragraph = units(report)["第2段"]
    assert paragraph.startswith("过去一年，常委会紧紧依靠")
    assert paragraph.endswith("圆满完成了上次代表大会三次次会议确定的任务。")
    assert "就能得到照料。修改物业" in units(report)["第6段"]


def test_a_cut_text_is_not_stitched_to_the_heading_after_it(report):
    passages = split(report)
    # The scrap is the first paragraph, and no passage: it answers nothing.
    assert passages[0].locator == "第2段"
    assert role_of(report, "现在，我受市") is Role.BODY
    assert role_of(report, "过去一年的主要工作") is Role.HEADING


def test_salutations_and_jump_lines_are_no_passages(report):
    assert role_of(report, "各位代表！") is Role.ASIDE
    assert role_of(report, "（下转5版）") is Role.FURNITURE
    assert not any("各位代表" in shown(report, p) or "下转" in shown(report, p) for p in split(report))


def test_a_misprint_is_quoted_as_printed(report):
    assert any("退租军人案件" in shown(report, p) for p in split(report))


def test_furniture_inside_a_paragraph_parts_its_spans():
    text = (
        "监督的重点\n\n常委会听取了关于饮用水安全的报告，要求有关部门在三年内完成老旧管网改造，并把改造计划向社会公布，"
        "接受\n\n（下转3版）\n\n（上接2版）\n\n代表和群众的监督。\n\n对于没有按期完成的项目，常委会将继续跟踪，必要时进行专题询问，直到问题解决为止。\n"
    )
    document = make(text)
    unit = split(document)[0].units[0]
    assert len(unit.spans) == 2
    assert units(document)["第1段"].endswith("接受代表和群众的监督。")
    assert role_of(document, "（上接2版）") is Role.FURNITURE


def test_bare_numbers_are_headings():
    text = "".join(f"{n}\n{body}\n" for n, body in zip("一二三", ["修渠的任务已经完成。" * 8] * 3, strict=True))
    document = make(text)
    assert [headings(document, p) for p in split(document)] == [["一"], ["二"], ["三"]]


def test_a_bracketed_number_may_be_the_top_level_and_chinese_ones_run_in_below_it():
    body = "这项工作要抓紧，不能松劲。" * 6
    text = (
        f"（一）当前的情况\n{body}\n（二）今后的方针\n一、依靠群众修路。{body}\n二、办好学校和医院。{body}\n"
        f"（三）远景\n{body}\n"
    )
    document = make(text)
    paths = [headings(document, p) for p in split(document)]
    assert paths == [
        ["（一）当前的情况"],
        ["（二）今后的方针", "一、依靠群众修路"],
        ["（二）今后的方针", "二、办好学校和医院"],
        ["（三）远景"],
    ]


def test_headings_without_numbers():
    body = "去年全县新修公路三百公里，改建桥梁十二座，山区的交通有了很大改善。" * 3
    text = f"交通建设的成就\n{body}\n{body}\n今后的任务和要求\n{body}\n"
    document = make(text, title="某县工作报告")
    assert [headings(document, p) for p in split(document)] == [["交通建设的成就"]] * 2 + [["今后的任务和要求"]]


def test_a_missing_full_stop_is_no_torn_paragraph_where_every_line_is_a_paragraph():
    body = "粮食生产连续三年增长，农民的收入有了增加，这是全县人民共同努力的结果，值得我们庆贺。" * 3
    lines = [body] * 40
    lines[5] = body.rstrip("。")
    assert len(split(make("\n".join(lines)))) == 40


def test_a_heading_glued_to_the_end_of_a_paragraph():
    body = "全体代表讨论了计划，并提出许多好的意见。" * 5
    text = f"{body} 一、过去五年的回顾\n{body}\n{body}二、今年的主要任务和总体要求\n{body}\n"
    document = make(text)
    assert [headings(document, p) for p in split(document)] == [
        [],
        ["一、过去五年的回顾"],
        ["一、过去五年的回顾"],
        ["二、今年的主要任务和总体要求"],
    ]


def test_a_list_inside_a_paragraph_is_no_glued_heading():
    body = "要做好三件事。（一）修好水渠。（二）办好夜校和扫盲班的各项工作"
    document = make(f"{body}\n\n{'这是另外一段。' * 10}\n")
    assert headings(document, split(document)[0]) == []


def test_a_heading_glued_to_the_beginning_of_a_paragraph():
    body = "全县的改革正在一步一步地展开，各项准备工作都已经做好。" * 3
    document = make(f"一、改革的进展\n{body}\n二、扩大对外往来 {body}\n{body}\n")
    assert [headings(document, p) for p in split(document)] == [["一、改革的进展"]] + [["二、扩大对外往来"]] * 2


def test_sentences_as_headings_and_below_them_the_same_style():
    body = "有关部门要制订办法，逐级落实，年终进行检查。" * 4
    text = (
        f"一、计划的执行情况\n{body}\n二、主要的方针\n一、保持适当的增长速度。\n{body}\n二、控制投资的规模。\n{body}\n"
        f"三、发展教育事业。\n{body}\n三、改革的步骤\n{body}\n"
    )
    document = make(text)
    assert [headings(document, p) for p in split(document)] == [
        ["一、计划的执行情况"],
        ["二、主要的方针", "一、保持适当的增长速度。"],
        ["二、主要的方针", "二、控制投资的规模。"],
        ["二、主要的方针", "三、发展教育事业。"],
        ["三、改革的步骤"],
    ]


def test_a_list_of_short_items_is_no_row_of_headings():
    text = (
        "措施是这样规定的：\n一、保持收支平衡；\n二、扩大商品流通；\n三、降低成本，改善经营。\n"
        + "以上各点要认真执行。" * 8
    )
    assert all(not p.section for p in split(make(text)))


def test_stage_directions_end_no_paragraph_and_stay_in_it():
    text = "我们一定能够完成计划！（热烈鼓掌）\n" + "为此要动员一切力量，办好水利和道路。（鼓掌）" * 4 + "\n"
    assert units(make(text))["第1段"] == "我们一定能够完成计划！（热烈鼓掌）"


def test_captions_datelines_and_sources_are_kept_out():
    body = "会议听取了报告，代表们进行了分组讨论，并通过了有关决议。" * 3
    text = (
        f"3月5日，大会在市民中心开幕，市长作工作报告。 本报记者 何常摄\n新华社某市3月9日电\n{body}\n{body}"
        "（《人民日报》1 9 5 4 0 9 2 4 第1至2 版）\n（新华社某市3月17日电）\n"
    )
    document = make(text)
    assert [shown(document, p) for p in split(document)] == [body, body]
    assert role_of(document, "本报记者") in (Role.ASIDE, Role.FRONT)
    assert role_of(document, "（《人民日报》") is Role.FURNITURE


def test_a_text_printed_twice_begins_again():
    once = "某省工作报告——2001年2月3日在某省第九届人民代表大会第一次会议上\n{0}一、农业\n{1}\n二、工业\n{1}\n"
    body = "这方面的工作做得很好，群众是满意的，要坚持下去。" * 4
    text = once.format("", body) * 2
    document = make(text, title="某省工作报告", body_start=text.index("一、"))
    assert [headings(document, p) for p in split(document)] == [["一、农业"], ["二、工业"]] * 2
    assert [p.locator for p in split(document)] == ["第1段", "第2段", "第3段", "第4段"]


def test_a_glossary_after_the_report():
    body = "要继续推进各项试点，总结经验，逐步推广。" * 5
    text = f"一、工作回顾\n{body}\n注释：\n1.时间银行：把志愿服务的时间存起来，日后换取服务的办法。\n2.家庭病床：医生上门为病人治疗的一种做法，费用按规定报销。\n"
    document = make(text)
    assert headings(document, split(document)[-1]) == ["注释："]


def test_short_paragraphs_of_one_section_join_and_never_across_a_heading():
    text = "一、指标\n钢产量增长两成。\n煤产量增长一成。\n粮食产量增长半成。\n二、要求\n增产节约。\n"
    found = by_locator(make(text))
    assert list(found) == ["第1–3段", "第4段"]
    assert [u.locator for u in found["第1–3段"].units] == ["第1段", "第2段", "第3段"]


def test_a_long_paragraph_is_cut_at_sentence_ends():
    text = "一、情况\n" + "各地都要按照规定的时间和标准完成任务，并及时报告进展。" * 90 + "\n"
    document = make(text)
    passages = split(document)
    assert len(passages) > 1
    assert {p.locator for p in passages} == {"第1段"}
    assert len({p.block for p in passages}) == 1
    assert all(document.text[p.end - 1] == "。" and p.end - p.start <= 1000 for p in passages)


def test_headings_declared_by_the_format():
    text = (
        "# 手册\n\n## 会期\n\n"
        + "会议每年举行一次。" * 10
        + "\n\n### 召集\n\n"
        + "由常委会召集。" * 12
        + "\n\n## 议案\n\n"
        + "代表可以提出议案。" * 9
    )
    document = make(text, Kind.OTHER, "手册", marks=marks_of(text))
    assert [headings(document, p) for p in split(document)] == [["会期"], ["会期", "召集"], ["议案"]]
    assert headings(make(text, Kind.OTHER, "手册"), split(document)[1]) == ["会期", "召集"]


def test_lines_broken_at_a_margin_and_pages():
    body = (
        "人民代表大会代表由选民直接选举或者由下一级人民代表大会选举产生，任期五年。代表在任期内依法执行职务，"
        "参加会议，审议各项议案和报告，提出建议、批评和意见，并且同原选举单位保持密切联系。代表的活动经费列入预算。"
    )
    second = "会议由常务委员会召集，" + "每年举行一次，" * 7 + "可以延期。"
    lines = [body[i : i + 30] for i in range(0, len(body), 30)]
    pages = [
        "某市人大工作简介\n一、代表的产生\n" + "\n".join(lines[:2]) + "\n- 1 -\n",
        "某市人大工作简介\n" + "\n".join(lines[2:]) + f"\n二、会议的召开\n{second}\n- 2 -\n",
        "某市人大工作简介\n" + "\n".join(lines) + "\n- 3 -\n",
    ]
    starts = (0, len(pages[0]), len(pages[0] + pages[1]))
    document = make("".join(pages), Kind.OTHER, page_starts=starts)
    passages = split(document)
    assert [shown(document, p) for p in passages] == [body, second, body]
    assert [p.page for p in passages] == [1, 2, 3]
    assert [headings(document, p) for p in passages] == [["一、代表的产生"], ["二、会议的召开"], ["二、会议的召开"]]
    assert role_of(document, "- 2 -") is Role.FURNITURE


def test_english_paragraphs_wrapped_at_a_margin():
    text = (
        "How a congress works\n\nA people's congress meets at least once a\nyear. Its session is called by the standing\n"
        "committee, e.g. in March. After the 2.5 hour\nopening, Mr. Li reads the report.\n\n"
        "Deputies may put forward bills. The bureau\ndecides which bills go on the agenda, and\ntells the deputies why.\n"
    )
    document = make(text, Kind.OTHER, "How a congress works")
    assert [shown(document, p) for p in split(document)] == [
        "A people's congress meets at least once a year. Its session is called by the standing committee, e.g. in March. "
        "After the 2.5 hour opening, Mr. Li reads the report.",
        "Deputies may put forward bills. The bureau decides which bills go on the agenda, and tells the deputies why.",
    ]


def test_a_table_of_contents_is_no_text():
    body = "代表应当出席会议，因故不能出席的，应当请假。" * 4
    text = f"手册\n\n目录\n第一章 会议\n第二章 代表\n第一章 会议\n{body}\n第二章 代表\n{body}\n"
    document = make(text, Kind.OTHER, "手册")
    assert [headings(document, p) for p in split(document)] == [["第一章 会议"], ["第二章 代表"]]
    assert role_of(document, "目录") is Role.FURNITURE


def test_a_text_without_full_stops_is_not_lost():
    assert [p.locator for p in split(make("买菜的清单\n", title="t"))] == ["第1段"]
    assert len(split(make("青菜一斤\n" * 1000, title="t"))) > 10


def test_the_empty_document():
    assert split(make("")) == ()
    assert audit(make("")) == []
    assert audit(make(" \n\n")) == [((0, 3), Role.BLANK)]
