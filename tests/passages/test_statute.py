"""Statutes: articles, 款, 项, 目, chapters, and the lines that only look like articles."""
# ruff: noqa: E501 - the texts stand as they would in a file

from __future__ import annotations

import opencc
import pytest
from passage_texts import REPORT, STATUTE, by_locator, headings, law, make, role_of, shown, units

from npcbot.passages import Role, split
from npcbot.passages.statute import article_locator
from npcbot.types import Document, Kind


def articles(document: Document) -> list[str]:
    return [p.article for p in split(document) if p.article]


def numbered(*numbers: str) -> str:
    return "".join(f"第{n}条 有关单位应当按照规定办理登记。\n\n" for n in numbers)


def test_articles_款_项_and_目():
    document = law(STATUTE, title="某市公园条例")
    found = by_locator(document)
    assert articles(document) == ["1", "2", "3", "3-1", "4"]
    assert [u.locator for u in found["第二条"].units] == [
        "第二条第一款",
        "第二条第二款",
        "第二条第二款第（一）项",
        "第二条第二款第（二）项",
        "第二条第二款第（二）项第1目",
        "第二条第二款第（二）项第2目",
        "第二条第二款第（三）项",
        "第二条第三款",
    ]
    assert [u.locator for u in found["第一条"].units] == ["第一条"]
    assert headings(document, found["第三条之一"]) == ["第二章 管理", "第一节 开放"]
    assert found["第三条之一"].article == "3-1"


def test_an_item_of_a_single_款_names_no_款():
    assert "第一条第（二）项" in units(
        law("第一条 下列人员可以参加：\n（一）代表；\n(二) 列席人员。\n\n第二条 本办法自发布之日起施行。")
    )


@pytest.mark.parametrize("text", [STATUTE, REPORT], ids=["statute", "report"])
def test_traditional_characters_are_cut_like_simplified_ones(text):
    traditional = opencc.OpenCC("s2t").convert(text)
    title, written = (t.split("\n", 1)[0].lstrip("# ") for t in (text, traditional))
    assert len(traditional) == len(text) and written != title
    for kind in (Kind.LAW, Kind.REPORT):
        assert split(make(traditional, kind, written)) == split(make(text, kind, title))


def test_books_chapters_and_short_numerals_in_traditional_characters():
    text = (
        "# 某市渡船規則\n\n第一編 總則\n\n第廿一節 通則\n\n第廿一條 渡船應當登記。\n\n第二十二條之一 下列事項應當公告：\n廿、票價；\n廿一、航線。\n\n"
        "第廿三條 本規則自公佈日施行。\n\n附錄\n\n航線的名稱由主管機關另行公告之。\n"
    )
    document = law(text, title="某市渡船規則")
    assert articles(document) == ["21", "22-1", "23"]
    assert headings(document, split(document)[0]) == ["第一編 總則", "第廿一節 通則"]
    assert units(document)["第二十二条之一第（二十一）项"] == "廿一、航線。"
    assert headings(document, split(document)[-1]) == ["附錄"]
    assert articles(law("第二〇〇條 甲事應公告。\n\n第二〇一條 乙事應公告。\n")) == ["200", "201"]


LETTERS = """第一条 下列事项应当登记：
{0}
第二条 本规定自公布之日起施行。
"""


@pytest.mark.parametrize("sign", ["{}. ", "{}．", "{}、", "{}） ", "({})"])
@pytest.mark.parametrize("letters", ["abc", "ABC", ["i", "ii", "iii"], ["I", "II", "III"]], ids="".join)
def test_letters_and_roman_numerals_are_parts_of_their_item(sign, letters):
    parts = [f"{sign.format(letter)}子{n}；" for n, letter in enumerate(letters, 1)]
    found = units(law(LETTERS.format("\n".join(["（一）甲，包括：", *parts, "（二）乙。"]))))
    assert list(found)[:6] == [
        "第一条",
        "第一条第（一）项",
        *(f"第一条第（一）项第{n}目" for n in (1, 2, 3)),
        "第一条第（二）项",
    ]
    assert list(found.values())[2:5] == parts
    assert [*units(law(LETTERS.format("\n".join(parts))))][1:4] == [f"第一条第{n}项" for n in (1, 2, 3)]


def test_roman_numerals_among_letters():
    found = units(
        law(
            LETTERS.format(
                "A. 甲；\na. 乙；\ni. 丙；\nii. 丁；\nb. 戊；\ni. 己；\niv. 庚；\nv. 辛；\nB. 壬：\n（h）癸；\n（i）子；\n7. 丑。"
            )
        )
    )
    assert [locator.removeprefix("第一条") for locator in found][1:-1] == [
        *("第1项", "第1项第1目", "第1项第1目（1）", "第1项第1目（2）"),
        *("第1项第2目", "第1项第2目（1）", "第1项第2目（4）", "第1项第2目（5）"),
        *("第2项", "第2项第8目", "第2项第9目", "第7项"),
    ]


def test_letters_that_count_nothing_are_no_items():
    found = units(law(LETTERS.format("A、B两地之间的航线，由甲地登记。\na.m.以前不登记。")))
    assert list(found)[:3] == ["第一条第一款", "第一条第二款", "第二条"]


def test_lettered_items_at_the_end_of_the_last_article_are_no_signatures():
    document = law("第一条 甲事应当公开。\n第二条 应当登记下列事项：\na. 名称\nb. 收费标准\n")
    assert [u.locator for u in split(document)[1].units] == ["第二条", "第二条第1项", "第二条第2项"]


def test_numerals_of_both_scripts():
    text = "第１条 甲事应当公开。\n\n第2条 乙事应当公开。\n\n第三条 丙事应当公开。\n\n第四条 丁事应当公开。\n\n"
    assert articles(law(text)) == ["1", "2", "3", "4"]
    assert list(by_locator(law(text))) == ["第一条", "第二条", "第三条", "第四条"]


def test_a_number_torn_by_a_blank_and_the_misprint_笫():
    text = (
        numbered("一百二十三")
        + "第一百二十四 条采用其他方法的，应当说明理由。\n\n笫一百二十五条 清算组应当公告。\n\n"
        + numbered("一百二十六")
    )
    assert articles(law(text)) == ["123", "124", "125", "126"]


@pytest.mark.parametrize(
    ("number", "locator"),
    [
        ((12, 0), "第十二条"),
        ((108, 1), "第一百零八条之一"),
        ((1043, 0), "第一千零四十三条"),
        ((20, 12), "第二十条之十二"),
    ],
)
def test_locators_are_chinese_numerals(number, locator):
    assert article_locator(number) == locator


def test_numbering_may_begin_anywhere_under_two_titles():
    text = "# 某国水法典\n\n# 灌溉编\n\n2030年5月1日 通过\n\n## 第一章 一般规定\n\n" + numbered(
        "四百六十三", "四百六十四"
    )
    document = law(text, title="某国水法典")
    assert articles(document) == ["463", "464"]
    assert headings(document, split(document)[0]) == ["灌溉编", "第一章 一般规定"]


def test_a_file_of_two_articles():
    assert articles(law("# 附则\n\n##\n\n" + numbered("一千二百五十九", "一千二百六十"))) == ["1259", "1260"]


def test_a_wrapped_adoption_note_is_no_article():
    text = (
        "2002年1月1日 某市人民代表大会常务委员会关于修改某条例第三十条、\n\n第三十一条 的决定第一次修正\n\n"
        + numbered("一", "二", "三")
    )
    assert articles(law(text)) == ["1", "2", "3"]


def test_references_inside_a_paragraph_are_no_articles():
    text = (
        "第一条 违反本条例的，依照\n\n第三十一条的规定处罚。\n\n第二条 有下列情形的，从重处罚：\n\n（一）依照第五条处罚后再犯的；\n\n"
        "第七条规定的人员除外。\n\n第三条 本条例自公布之日起施行。\n"
    )
    document = law(text)
    assert articles(document) == ["1", "2", "3"]
    assert shown(document, split(document)[0]) == "第一条 违反本条例的，依照第三十一条的规定处罚。"


def test_articles_quoted_by_an_amendment_belong_to_it():
    text = (
        numbered("三十二", "三十三", "三十四")
        + "第三十五条 某章增加一节，作为第七节，内容如下：\n\n第七节 监督机构\n\n第一百二十三条 监督机构对本级代表大会负责。\n\n"
        "第一百二十四条 监督机构由下列人员组成：\n\n主任，\n\n副主任若干人，\n\n委员若干人。\n\n第七节相应改为第八节。\n"
    )
    document = law(text)
    assert articles(document) == ["32", "33", "34", "35"]
    last = split(document)[-1]
    assert "第一百二十四条 监督机构" in shown(document, last)
    assert "主任，副主任若干人，委员若干人。" in shown(document, last)


def test_a_case_note_cites_articles_and_has_none():
    text = (
        "# 王某诉某商店买卖合同案\n\n## 裁判理由\n\n法院认为，经营者的行为构成欺诈，应当依法承担赔偿责任。\n\n"
        "第五十五条 经营者提供商品有欺诈行为的，应当增加赔偿。\n\n第五十六条 经营者应当承担民事责任。\n\n本案中，商店没有告知真实情况。\n"
    )
    document = make(text, Kind.OTHER, "王某诉某商店买卖合同案")
    assert articles(document) == []


def test_the_articles_of_a_chapter_in_one_line():
    text = (
        "## 第一章 总则\n\n第一条 为了安全，制定本规则。 第二条 凡参加飞行的单位，必须执行本规则。 任何人不得违反。 "
        "第三条 飞行分为： （一）训练飞行； （二）运输飞行。\n\n## 第二章 管理\n\n第四条 依照第二条 的规定管理。 第五条 另行规定。\n"
    )
    document = law(text)
    assert articles(document) == ["1", "2", "3", "4", "5"]
    found = units(document)
    assert found["第二条第二款"] == "任何人不得违反。"
    assert found["第三条第（二）项"] == "（二）运输飞行。"
    assert found["第四条"] == "第四条 依照第二条 的规定管理。"


def test_a_chapter_glued_to_the_end_of_an_article():
    text = "## 第一章 总则\n\n第一条 应当提交报告。第二章鉴定和维护\n\n第二条 实行鉴定制度。\n"
    document = law(text)
    assert [headings(document, p) for p in split(document)] == [["第一章 总则"], ["第二章鉴定和维护"]]


def test_an_item_torn_by_the_page():
    text = "第一条 有下列行为的，处以罚款：\n\n（一）拒绝接受检查的；\n\n（二）违反规定，不采取转账方式购置\n\n国家规定的专控商品的；\n\n（三）伪造凭证的。\n\n第二条 本条例自公布之日起施行。\n"
    assert units(law(text))["第一条第（二）项"] == "（二）违反规定，不采取转账方式购置国家规定的专控商品的；"


def test_formulas_stay_on_their_own():
    text = "第一条 应纳税额按照下列公式计算：\n\n应纳税额＝计税价格×税率－减免税额－抵免税额\n\n公式中的减免税额，是指依照本法规定减征的税额。\n\n第二条 施行日期另定。\n"
    assert len(split(law(text))[0].units) == 3


def test_amendments_that_count_by_items():
    text = (
        "# 某法修正案\n\n2030年1月2日 通过\n\n一、在某法第十七条后增加一条，作为第十七条之一：“已满七十五周岁的人，可以从轻处罚。”\n\n"
        "二、将第七十二条修改为：“符合下列条件的，可以宣告缓刑：\n\n“（一）情节较轻；\n\n“（二）有悔罪表现。\n\n“附加刑仍须执行。”\n\n三、删去第六十八条第二款。\n"
    )
    document = law(text, title="某法修正案")
    assert [p.locator for p in split(document)] == ["一、", "二、", "三、"]
    assert articles(document) == []
    assert [u.locator for u in split(document)[1].units] == ["二、", "二、第（一）项", "二、第（二）项", "二、第二款"]


def test_interpretations_numbered_across_headings():
    text = (
        "# 关于管辖的规定\n\n为了统一管辖，现规定如下：\n\n## 一、区域\n\n1.对甲、乙两院的管辖区域作出如下调整：\n\n（1）甲院管辖河东。\n\n（2）乙院管辖河西。\n\n"
        "## 二、案件\n\n2.第一审案件由基层法院审理，上诉案件由中级法院审理。\n\n对限制人身自由的决定不服的，由被告所在地法院管辖。\n\n三、其他问题的处理\n\n3.本规定自公布之日起施行。\n"
    )
    document = law(text, title="关于管辖的规定")
    found = by_locator(document)
    assert list(found) == ["第1段", "1.", "2.", "3."]
    assert [u.locator for u in found["1."].units] == ["1.", "1.第1项", "1.第2项"]
    assert headings(document, found["2."]) == ["二、案件"]
    assert headings(document, found["3."]) == ["三、其他问题的处理"]


def test_questions_and_answers_by_number():
    text = "# 若干问题的解答\n\n一、问：起诉应当如何审查？\n\n答：依照规定审查。\n\n不符合条件的，裁定不予受理。\n\n二、问：管辖如何确定？\n\n答：由侵权行为地法院管辖。\n"
    assert [p.locator for p in split(law(text, title="若干问题的解答"))] == ["一、", "二、"]


def test_annexes_footnotes_and_lists_follow_the_articles():
    text = (
        numbered("一", "二")
        + "① 施行日期以各决定为准。\n\n附件一：登记机关的确定办法\n\n一、登记机关由市人民政府确定，并向社会公布。\n\n二、登记机关每年公布一次名单。\n\n"
        "附件二\n\n应当登记的事项\n\n1．名称\n\n2．住所\n\n3．负责人\n"
    )
    document = law(text)
    found = split(document)
    assert articles(document) == ["1", "2"]
    assert headings(document, found[-1]) == ["附件二", "应当登记的事项"]
    assert found[-1].locator == "1.至3."
    assert [headings(document, p) for p in found[3:5]] == [["附件一：登记机关的确定办法"]] * 2
    assert all("①" not in shown(document, p) for p in found if p.article)


def test_a_row_of_a_table_is_a_passage():
    text = "# 罪名表\n\n根据有关规定，作如下补充：\n\n| 条文 |罪名 |\n|-----|-----|\n| 第一条 （修正案第二条） |甲罪 |\n| 第二条 |乙罪 （取消丙罪） |\n\n本表自公布之日起施行。\n"
    document = law(text, title="罪名表")
    assert [shown(document, p) for p in split(document)][1:3] == [
        "第一条 （修正案第二条） |甲罪",
        "第二条 |乙罪 （取消丙罪）",
    ]
    assert [p.locator for p in split(document)] == ["第1段", "表第1行", "表第2行", "第2段"]
    assert role_of(document, "|-----") is Role.FURNITURE
    assert role_of(document, "| 条文") is Role.ASIDE


def test_rows_as_html_and_docx_are_read():
    document = make("比较\n第一条 出席 | 代表\n第二条 列席 | 委员\n", Kind.OTHER, "比较")
    assert [p.locator for p in split(document)] == ["表第1行", "表第2行"]


def test_a_preamble_is_counted_by_paragraphs():
    text = "## 序言\n\n本市历史悠久。\n\n全市人民团结奋斗。\n\n## 第一章 总纲\n\n" + numbered("一", "二")
    document = law(text)
    assert [p.locator for p in split(document)] == ["第1–2段", "第一条", "第二条"]
    assert headings(document, split(document)[0]) == ["序言"]


def test_a_second_regulation_in_an_annex_begins_again():
    text = numbered("一", "二", "三") + "附件：施行办法\n\n" + numbered("一", "二", "三", "四")
    assert articles(law(text)) == ["1", "2", "3", "1", "2", "3", "4"]


def test_zero_width_characters_stay_in_the_text():
    text = "第一条 代\u200b表应当出席会议。\n\n第二条 会议公开举行。\ue004\n"
    document = law(text)
    assert "代\u200b表" in shown(document, split(document)[0])
    assert articles(document) == ["1", "2"]


def test_a_long_article_is_cut_at_its_items():
    items = "".join(f"（{n}）{'应当如实填写并按时提交有关材料，' * 12}不得遗漏；\n\n" for n in "一二三四五六七八")
    document = law(f"第一条 申请人应当提交下列材料：\n\n{items}第二条 施行日期另定。\n")
    parts = [p for p in split(document) if p.article == "1"]
    assert len(parts) == 2
    assert parts[0].locator == "第一条至第（四）项"
    assert parts[1].locator == "第一条第（五）项至第（八）项"
    assert parts[0].block == parts[1].block


def test_signatures_and_dates_at_the_end_are_no_part_of_the_last_article():
    document = law(numbered("一", "二") + "某市人民政府\n\n2030年3月1日\n")
    assert role_of(document, "2030年3月1日") is Role.ASIDE
    assert shown(document, split(document)[-1]) == "第二条 有关单位应当按照规定办理登记。"


def test_english_articles():
    text = "# Rules of a Congress\n\n## Chapter I Sessions\n\nArticle 1 A session is held every year.\n\nArticle 2 Deputies shall:\n\n(1) attend;\n\n(2) vote.\n"
    document = law(text, title="Rules of a Congress")
    assert articles(document) == ["1", "2"]
    assert [u.locator for u in split(document)[1].units] == ["第二条", "第二条第1项", "第二条第2项"]
