"""Verdicts on quotations: of every kind, in a small collection; and at random in the real documents."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from npcbot.errors import QuestionError
from npcbot.index import Collection
from npcbot.lookups.check import Checked, Checker, Verdict, as_json
from npcbot.lookups.compare import applied
from npcbot.lookups.printed import verdicts
from npcbot.lookups.quotations import quotations
from npcbot.retrieval.narrowing import Catalogue


def only(collection: Collection, text: str) -> Checked:
    (checked,) = Checker([collection]).check(text)
    return checked


def test_exact(opened: Collection) -> None:
    one = only(opened, "条例说：“湿地保护坚持保护优先、科学修复的原则”。")
    assert one.verdict is Verdict.EXACT
    place = one.parts[0].place
    assert place is not None
    assert (place.info.document_id, place.locator) == ("条例(2021-03-25).md", "第三条")
    assert opened.document(place.info.document_id).text[slice(*place.span)] == place.original


@pytest.mark.parametrize(
    "marks", ["“{}”", "「{}」", "『{}』", '"{}"', "It's said: '{}'", "‹{}›", "> {}", "{}", "《报告》提到：『{}』"]
)
def test_quotation_marks_of_every_kind(opened: Collection, marks: str) -> None:
    assert only(opened, marks.format("湿地保护坚持保护优先、科学修复的原则")).verdict is Verdict.EXACT


@pytest.mark.parametrize(
    "said",
    [
        "濕地保護堅持保護優先、科學修復的原則",
        "湿地保护坚持保护优先科学修复的原则",
        "湿地保护坚持，保护优先、科学修复的原则！",
        "湿地保护坚持保护优先、\n科学修复的原则",
        "湿地保护坚持保护优先、 科学修复的原则",
    ],
)
def test_only_the_form_differs(opened: Collection, said: str) -> None:
    assert only(opened, f"“{said}”").verdict is Verdict.FORM


def test_a_paragraph_torn_by_a_line_is_quoted_exactly(opened: Collection) -> None:
    assert only(opened, "“推进全过程人民民主，制定湿地保护条例。”").verdict is Verdict.EXACT


def test_a_difference_is_shown_where_it_is(opened: Collection) -> None:
    one = only(opened, "“在湿地内取土的，可以报县级林业部门批准”")
    assert one.verdict is Verdict.DIFFERS
    place = one.parts[0].place
    assert place is not None
    assert place.info.document_id == "条例(2021-03-25).md"
    ((change),) = place.changes
    assert (change.said, change.stands, change.quotation) == ("可以", "应当", (8, 10))
    assert applied(one.parts[0].text, place.changes) == place.original


def test_words_left_out_without_a_sign_are_shown(opened: Collection) -> None:
    one = only(opened, "“在湿地内取土的，并依法恢复原状”")
    place = one.parts[0].place
    assert one.verdict is Verdict.DIFFERS
    assert place is not None
    assert "".join(change.stands for change in place.changes).strip("，") == "应当报县级林业部门批准"


def test_words_left_out_with_a_sign_are_no_difference(opened: Collection) -> None:
    for sign in ("……", "...", "…", "［…］", "（略）"):
        one = only(opened, f"“在湿地内取土的，{sign}并依法恢复原状”")
        assert [part.verdict for part in one.parts] == [Verdict.EXACT, Verdict.EXACT]
        assert one.verdict is Verdict.EXACT


def test_parts_of_two_documents_are_no_quotation(opened: Collection) -> None:
    for said in (
        "“在湿地内取土的……推进全过程人民民主”",
        "《样本市湿地保护条例》第四条规定：“在湿地内取土的……推进全过程人民民主”",
        "“湿地保护坚持保护优先……在湿地内取土的……为了保护湿地”",  # one document, in another order
        "“深度不超过六米的浅水……湿地保护坚持保护优先”",  # two versions of one law
    ):
        one = only(opened, said)
        assert one.verdict is Verdict.SPLICED
        assert all(part.place is not None for part in one.parts)
        assert "✓" not in "".join(verdicts.lines([one], colour=False, width=80))
    assert as_json([one])[0]["verdict"] == "spliced"


def test_parts_are_taken_where_they_stand_together(index: Callable[..., Collection]) -> None:
    """The first part stands in sixty documents before the one that has both, and twice in that one."""
    others = {f"办法{n:02}": f"样本市第{n}号办法\n\n第一条 有关部门应当登记。\n" for n in range(60)}
    law = "样本市码头条例\n\n第一条 有关部门应当登记。\n\n第二条 有关部门应当登记，码头不得转租。\n"
    one = only(index(**others, 条例=law), "“有关部门应当登记……码头不得转租”")
    assert (one.verdict, one.note) == (Verdict.EXACT, "")
    assert [part.place.locator for part in one.parts if part.place] == ["第二条", "第二条"]
    assert one.parts[0].elsewhere == 0


def test_parts_of_several_articles_are_said_to_be(opened: Collection) -> None:
    one = only(opened, "“为了保护湿地……湿地保护坚持保护优先”")
    assert one.verdict is Verdict.EXACT
    assert one.note == "省略号前后的话不在同一处，依次在第一条、第三条。"
    claimed = only(opened, "《样本市湿地保护条例》第三条规定：“为了保护湿地……湿地保护坚持保护优先”")
    assert (claimed.verdict, claimed.claimed) == (Verdict.EXACT, False)


def test_parts_with_other_numerals_are_found_together(index: Callable[..., Collection]) -> None:
    law = "样本市码头条例\n\n第一条 船只停泊不得超过三十五日，逾期每日收费二十元。\n"
    collection = index(条例=law)
    assert only(collection, "“停泊不得超过35日……每日收费20元”").verdict is Verdict.FORM
    assert only(collection, "“停泊不得超过三十五日……每日收费20元”").verdict is Verdict.FORM
    assert only(collection, "“五日……逾期每日收费”").verdict is Verdict.DIFFERS


def test_another_version(opened: Collection) -> None:
    one = only(opened, "“深度不超过六米的浅水”")
    assert one.verdict is Verdict.VERSION
    part = one.parts[0]
    assert part.place is not None
    assert part.current is not None
    assert (part.place.info.document_id, part.current.info.document_id) == (
        "条例(2015-05-20).md",
        "条例(2021-03-25).md",
    )
    assert [(change.said, change.stands) for change in part.current.changes] == [("六", "五")]


def test_words_missing_behind_the_first_are_missing_there(opened: Collection) -> None:
    """Not the first replaced by what is missing, though that is no more edits."""
    one = only(opened, "“在地内取土的，应当报县级林业部门批准”")
    assert marked(one).startswith("在｛+湿+｝地内取土的")
    two = only(opened, "“（一）年积水的沼泽”")
    assert marked(two) == "（一）｛+常+｝年积水的沼泽"


def test_not_there(opened: Collection) -> None:
    one = only(opened, "“月球表面的土地归联合国大会统一管理和分配”")
    assert one.verdict is Verdict.ABSENT
    assert one.parts[0].place is None


def test_a_reference_without_a_quotation_is_the_article(opened: Collection) -> None:
    one = only(opened, "见《样本市湿地保护条例》第三条。")
    assert one.verdict is Verdict.FOUND
    assert [citation.locator for citation in one.articles] == ["第三条"]
    assert "2015-05-20版的第三条" in one.note
    assert only(opened, "见《样本市湿地保护条例》第三十条。").verdict is Verdict.ABSENT


def test_a_reference_whose_article_says_something_else_shows_the_article(opened: Collection) -> None:
    right = only(opened, "《样本市湿地保护条例》第三条规定：“湿地保护坚持保护优先、科学修复的原则。”")
    assert (right.verdict, right.claimed) == (Verdict.EXACT, True)
    wrong = only(opened, "《样本市湿地保护条例》第三条规定：“在湿地内取土的，应当报县级林业部门批准”")
    assert (wrong.verdict, wrong.claimed) == (Verdict.EXACT, False)
    assert "保护优先" in wrong.articles[0].excerpt


def test_each_line_of_a_message_without_marks(opened: Collection) -> None:
    checked = Checker([opened]).check("湿地保护坚持保护优先、科学修复的原则\n月球表面的土地归联合国大会统一管理和分配")
    assert [one.verdict for one in checked] == [Verdict.EXACT, Verdict.ABSENT]


def test_as_json_names_every_place(opened: Collection) -> None:
    text = "甲说“在湿地内取土的，可以报县级林业部门批准”，乙说“没有这样的话在任何地方”。"
    said = as_json(Checker([opened]).check(text))
    assert [one["verdict"] for one in said] == ["differs", "absent"]
    assert all(text[slice(*one["span"])] == one["text"] for one in said)
    assert said[0]["parts"][0]["place"]["changes"][0]["stands"] == "应当"


@pytest.mark.parametrize("text", ["", "   ", "，。！", "字" * 300_000, "“湿地”" * 501])
def test_what_cannot_be_checked_is_refused(opened: Collection, text: str) -> None:
    with pytest.raises(QuestionError):
        Checker([opened]).check(text)


def test_a_number_is_whole(index: Callable[..., Collection]) -> None:
    """「3%以上」 stands in 「13%以上」 as characters only."""
    one = index(
        报告="政府工作报告\n（2020年1月5日）\n\n一、回顾\n全年出口增长13%以上，进口增长百分之二十五。统一一切标准。\n"
    )
    cut = only(one, "“3%以上，进口增长百分之二十五”")
    assert (cut.verdict, marked(cut)) == (Verdict.DIFFERS, "｛+1+｝3%以上，进口增长百分之二十五")
    assert only(one, "“全年出口增长1”").verdict is Verdict.DIFFERS
    assert only(one, "“五。统一一切标准”").verdict is Verdict.DIFFERS
    assert only(one, "“13%以上，进口增长百分之二十五”").verdict is Verdict.EXACT
    assert only(one, "“一切标准”").verdict is Verdict.EXACT


def marked(checked: Checked) -> str:
    (part,) = checked.parts
    assert part.place is not None
    return verdicts.marked(part.text, part.place.changes)


def test_signs_are_said_too(index: Callable[..., Collection]) -> None:
    one = index(标准="储存标准\n（2020年1月5日）\n\n一、要求\n仓库内的人数应当≤5人，温度保持在20℃上下，湿度不限。\n")
    assert only(one, "“仓库内的人数应当≤5人”").verdict is Verdict.EXACT
    assert only(one, "“仓库内的人数应当≥5人”").verdict is Verdict.DIFFERS
    assert only(one, "“温度保持在20℉上下”").verdict is Verdict.DIFFERS


def test_what_a_reference_claims_is_looked_for_in_its_article(index: Callable[..., Collection]) -> None:
    """The same words stand in sixty documents and in two articles of the law."""
    others = {f"办法{n:02}": f"样本市第{n}号办法\n\n第一条 法律另有规定的，从其规定。\n" for n in range(60)}
    law = "样本市河道条例\n\n第一条 法律另有规定的，从其规定。\n\n第二条 河道内禁止取土；法律另有规定的，从其规定。\n"
    collection = index(**others, 条例=law)
    one = only(collection, "《样本市河道条例》第二条规定：“法律另有规定的，从其规定。”")
    assert (one.verdict, one.claimed) == (Verdict.EXACT, True)
    assert one.parts[0].place is not None
    assert one.parts[0].place.locator == "第二条"
    assert one.parts[0].elsewhere == 61


def test_an_old_version_quoted_where_the_one_in_force_says_the_same(opened: Collection) -> None:
    one = only(opened, "《样本市湿地保护条例》（2015年）第三条规定：“在湿地内取土的，应当报县级林业部门批准”")
    assert (one.verdict, one.claimed) == (Verdict.EXACT, True)
    old = only(opened, "《样本市湿地保护条例》（2015年）第二条规定：“深度不超过六米的浅水”")
    assert (old.verdict, old.claimed) == (Verdict.VERSION, True)


def test_two_quotations_of_one_article(opened: Collection) -> None:
    said = "《样本市湿地保护条例》第三条规定了“保护优先”和“科学修复”，他又提到“全过程人民民主”。"
    assert [one.claimed for one in Checker([opened]).check(said)] == [True, True, None]


def test_a_law_that_is_not_among_the_documents(opened: Collection) -> None:
    (bare,) = Checker([opened]).check("见《月球土地法》第三条。")
    assert (bare.verdict, bare.note) == (Verdict.ABSENT, "这些文件里没有《月球土地法》。")
    quoted = only(opened, "《月球土地法》第三条规定：“湿地保护坚持保护优先、科学修复的原则”")
    assert (quoted.verdict, quoted.claimed, quoted.note) == (
        Verdict.EXACT,
        None,
        "这些文件里没有《月球土地法》。",
    )


def test_a_law_without_brackets_that_is_not_among_the_documents(opened: Collection) -> None:
    for said in ("月球土地法第三条规定", "被告人违反了月球土地法第三条", "依照月球土地法第三条"):
        one = only(opened, said + "：“湿地保护坚持保护优先、科学修复的原则”")
        assert (one.verdict, one.note) == (Verdict.EXACT, "这些文件里没有《月球土地法》。")
    assert only(opened, "根据刑法第五条：“湿地保护坚持保护优先、科学修复的原则”").note == "这些文件里没有《刑法》。"
    for said in ("根据本条例第三条", "办法第三条", "按照上述规定第三条"):
        assert only(opened, said + "：“湿地保护坚持保护优先、科学修复的原则”").note == ""


def test_a_label_for_a_law_that_is_not_there(opened: Collection) -> None:
    def label(text: str) -> str:
        return list(verdicts.lines([only(opened, text)], colour=False, width=80))[1].strip()

    assert label("见《月球土地法》第三条。") == "— 这些文件里没有这部法律"
    assert label("见《样本市湿地保护条例》第三十条。") == "— 没有找到这一条"


def test_lists_of_parts_are_where_a_quotation_is_claimed(opened: Collection) -> None:
    law, second = "《样本市湿地保护条例》第二条", "“前款规定的区域由市林业部门划定并公布。”"
    for said in (f"{law}第一、二款规定：{second}", f"{law}第一款和第二款规定：{second}"):
        one = only(opened, said)
        assert (one.verdict, one.claimed) == (Verdict.EXACT, True)
    third = "“（三）深度不超过五米的浅水”"
    for parts, claimed in (("第（一）项、第（三）项", True), ("第一项至第三项", True), ("第一项、第二项", False)):
        assert only(opened, f"{law}{parts}规定：{third}").claimed is claimed


def test_an_item_is_not_where_another_stands(opened: Collection) -> None:
    law = "《样本市湿地保护条例》第二条第（三）项规定："
    for said, claimed in (
        ("深度不超过五米的浅水", True),
        ("本条例所称湿地，包括下列区域", True),  # the opening
        ("本条例所称湿地，包括下列区域：……（三）深度不超过五米的浅水", True),
        ("下列区域：（一）常年积水的沼泽；（二）季节性积水的滩涂；（三）深度不超过五米的浅水", True),
        ("季节性积水的滩涂", False),
        ("下列区域：（一）常年积水的沼泽", False),
        ("常年积水的沼泽……季节性积水的滩涂", False),
    ):
        one = only(opened, f"{law}“{said}”")
        assert one.verdict in (Verdict.EXACT, Verdict.FORM)
        assert one.claimed is claimed, said


def test_parts_that_stand_twice_are_taken_from_the_item_cited(index: Callable[..., Collection]) -> None:
    items = "（一）占用航道，情节严重；\n（二）转租码头；\n（三）占用航道，屡教不改。\n"
    law = f"样本市码头条例\n\n第一条 禁止下列行为：\n{items}"
    one = only(index(条例=law), "《样本市码头条例》第一条第（三）项：“占用……航道”")
    assert [part.place.locator for part in one.parts if part.place] == ["第一条第（三）项"] * 2
    assert one.claimed is True


@pytest.fixture
def reports(index: Callable[..., Collection]) -> Collection:
    """Of three years, of which two say much the same."""
    text = "政府工作报告\n（{}年3月5日）\n\n一、回顾\n全年新建码头{}座，渡船全部更新，航道畅通。{}\n"
    said = (("2019", 1361, "桥梁加固。"), ("2021", 1266, "岸线美化。"), ("2022", 1269, "灯塔重修，灯火通明。"))
    return index(**{f"报告{year}": text.format(year, number, more) for year, number, more in said})


@pytest.mark.parametrize("cited", ["《2022年政府工作报告》", "2022年国务院《政府工作报告》", "政府工作报告（2022年）"])
def test_a_report_is_compared_with_the_year_that_is_cited(reports: Collection, cited: str) -> None:
    """Of another year a single figure differs, of this one two."""
    one = only(reports, f"{cited}指出：“全年新建码头1296座，渡船全部更新”")
    assert (one.verdict, one.claimed, marked(one)) == (
        Verdict.DIFFERS,
        True,
        "全年新建码头12［-96-］｛+69+｝座，渡船全部更新",
    )
    assert (
        marked(only(reports, "“全年新建码头1296座，渡船全部更新”")) == "全年新建码头12［-9-］｛+6+｝6座，渡船全部更新"
    )


def test_a_report_of_another_year_is_said_to_be_another(reports: Collection) -> None:
    wrong = only(reports, "2019年《政府工作报告》指出：“全年新建码头1269座”")
    assert (wrong.verdict, wrong.claimed, wrong.articles) == (Verdict.EXACT, False, ())
    assert wrong.parts[0].place is not None
    assert wrong.parts[0].place.info.date.startswith("2022")
    assert "所引的报告里没有这句话" in "".join(verdicts.lines([wrong], colour=False, width=80))
    right = only(reports, "“渡船全部更新……航道畅通”（2021年政府工作报告）")
    assert (right.verdict, right.claimed) == (Verdict.EXACT, True)
    assert {part.place.info.date[:4] for part in right.parts if part.place} == {"2021"}


def test_a_report_that_is_not_among_the_documents(reports: Collection) -> None:
    one = only(reports, "2020年政府工作报告指出：“全年新建码头1269座”")
    assert (one.verdict, one.claimed, one.note) == (Verdict.EXACT, None, "这些文件里没有2020年政府工作报告。")
    assert only(reports, "2019年政府工作报告提到全年新建码头1361座").quotation.quoted is False


def test_words_that_another_report_has_in_another_form_are_its_own(reports: Collection) -> None:
    one = only(reports, "2019年政府工作报告：“全年新建码头一千二百六十九座，渡船全部更新，航道畅通”")
    assert (one.verdict, one.claimed) == (Verdict.FORM, False)


def test_quotations_of_several_paragraphs(opened: Collection) -> None:
    """Each paragraph is opened, the last one alone closed."""
    said = "他说：“湿地保护坚持保护优先、科学修复的原则。\n“在湿地内取土的，可以报县级林业部门批准。”\n他走了。"
    checked = Checker([opened]).check(said)
    assert [(one.verdict, one.quotation.text) for one in checked] == [
        (Verdict.EXACT, "湿地保护坚持保护优先、科学修复的原则。"),
        (Verdict.DIFFERS, "在湿地内取土的，可以报县级林业部门批准。"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“甲乙丙\n他说", ["甲乙丙"]),
        ("“甲乙丙", ["甲乙丙"]),
        (
            "“甲乙：\n（一）丙丁；\n\n（二）戊己。\n“庚辛。”\n（三）壬癸",
            ["甲乙：\n（一）丙丁；\n\n（二）戊己。", "庚辛。"],
        ),
        ("“甲乙，他说“丙丁”，又说“戊己”。", ["甲乙，他说", "丙丁", "戊己"]),
        ("“甲乙“，他说「丙丁」。", ["甲乙", "丙丁"]),
        ("「甲“乙」丙”丁「戊己」", ["甲“乙", "戊己"]),
        ("“甲“乙”丙”丁“戊己”", ["甲“乙”丙", "戊己"]),
        ('3" 的板，「甲乙」', ["甲乙"]),
    ],
)
def test_a_mark_that_is_not_closed_ends_with_its_line(text: str, found: list[str]) -> None:
    assert [one.text for one in quotations(text, Catalogue([]))] == found


def test_marks_and_references_are_read_in_a_time_that_grows_with_them() -> None:
    catalogue = Catalogue([])
    began = time.perf_counter()
    for text in ("“" * 100_000, "“甲乙丙\n" * 20_000, "《月球法》第三条说“甲乙”。" * 8_000):
        quotations(text, catalogue)
    assert time.perf_counter() - began < 30
