"""Titles, dates, issuers and where the body begins, in texts of the shapes that real documents have."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from npcbot.documents.metadata import describe
from npcbot.documents.readers import markdown_marks
from npcbot.types import Document, Extracted, Kind, Source


def of(text: str, name: str, **sidecar: object) -> Document:
    marks = markdown_marks(text) if name.endswith(".md") else ()
    return describe(Extracted(text, name.rsplit(".", 1)[-1], marks=marks), name, sidecar)


def dated(document: Document) -> set[tuple[str, str, str]]:
    return {(str(date.kind), date.value, str(date.source)) for date in document.dates}


def body(document: Document) -> str:
    return document.text[document.body_start :].strip()


# Reports


def test_title_occasion_byline_and_salutation_glued_together() -> None:
    text = "1962年市政府工作报告——1962年5月23日在本市第一届大会第一次会议上\n国务院总理李明各位代表：\n我们开会。\n"
    report = of(text, "reports/市政府工作报告_1962.txt")
    assert report.title == "1962年市政府工作报告"
    assert report.kind is Kind.REPORT
    assert report.issuer == "国务院总理李明"
    assert dated(report) == {("delivered", "1962-05-23", "text")}
    assert body(report) == "我们开会。"


def test_table_of_contents_inside_the_byline() -> None:
    text = (
        "1963年工作报告关于计划的报告 ——1963年7月5日至6日在第一届大会第二次会议上\n"
        "国务院副总理兼国家计划委员会主任王小明目录 一、任务 （一）水利 （二）造林\n各位代表：\n现在报告。\n一、任务\n"
    )
    report = of(text, "a_1963.txt")
    assert report.title == "1963年工作报告关于计划的报告"
    assert report.issuer == "国务院副总理兼国家计划委员会主任王小明"
    assert report.date == "1963-07-05"
    assert body(report).startswith("现在报告。")


def test_full_width_and_spaced_dates_and_a_spread_title() -> None:
    text = "2006年政 府 工 作 报 告\n——1 9 9 8 年3 月5 日在第九届大会第一次会议上\n国务院总理 王明\n各位代表:\n本届。\n"
    report = of(text, "x.txt")
    assert (report.title, report.date, report.issuer) == ("2006年政府工作报告", "1998-03-05", "国务院总理 王明")
    assert body(report) == "本届。"
    wide = of(
        "工作报告（摘要）——１９６４年１２月２１日和２２日在第三届大会第一次会议上\n国务院总理周明\n五年来，很好。\n",
        "y.txt",
    )
    assert wide.date == "1964-12-21"
    assert "（摘要）" in wide.incomplete
    assert body(wide) == "五年来，很好。"


def test_caption_and_dateline_above_the_title() -> None:
    text = (
        "3月5日，王明在大会上作《工作报告》。 新华社记者赵一摄\n新华社北京3月14日电\n政府工作报告\n"
        "——2014年3月5日在第十七届大会第二次会议上\n国务院总理 王明各位代表：\n现在，我报告。\n"
    )
    report = of(text, "z.txt")
    assert report.title == "政府工作报告"
    assert dated(report) == {("delivered", "2014-03-05", "text"), ("published", "2014-03-14", "text")}
    assert body(report) == "现在，我报告。"


def test_caption_between_byline_and_salutation() -> None:
    text = (
        "政府工作报告\n——２０１０年３月５日在第十一届大会第四次会议上\n"
        "国务院总理 王明 3月5日，第十一届大会开幕。王明作报告。 新华社记者 赵一 摄各位代表：\n现在，我报告。\n"
    )
    report = of(text, "z.txt")
    assert report.issuer == "国务院总理 王明"
    assert body(report) == "现在，我报告。"


def test_without_title_and_date_the_name_speaks_and_a_note_says_so() -> None:
    report = of("各位代表：\n现在，我报告。\n一、回顾\n", "reports/国务院政府工作报告_2013.txt")
    assert report.title == "2013年国务院政府工作报告"
    assert dated(report) == {("delivered", "2013", "name")}
    assert body(report).startswith("现在")
    assert any("title" in note for note in report.notes) and any("year" in note for note in report.notes)
    captioned = of("3月5日，王明在大会上作报告。记者 赵 一摄\n各位代表：\n现在。\n", "政府工作报告_2012.txt")
    assert dated(captioned) == {("delivered", "2012-03-05", "name")}


def test_a_salutation_in_the_body_takes_nothing_away() -> None:
    text = "1964年工作报告\n——1964年12月21日在第三届大会第一次会议上\n五年来，很好。\n又及。\n各位代表！\n团结起来。\n"
    assert body(of(text, "x.txt")).startswith("五年来")


def test_a_jump_line_at_the_end_means_that_text_is_missing() -> None:
    text = "委员会工作报告\n——2023年3月7日在第十九届大会第一次会议上\n委员长 王明\n各位代表：\n现在。\n（下转5版）\n"
    report = of(text, "x.txt")
    assert "（下转5版）" in report.incomplete
    assert of(text.replace("（下转5版）", "谢谢。"), "x.txt").incomplete == ""
    assert of(text, "x.txt", incomplete="ends early").incomplete == "ends early"


def test_occasion_without_dashes_and_a_title_in_two_lines() -> None:
    bracketed = of(
        "法院工作报告\n\n（二〇二三年三月七日在第十九届大会第一次会议上）\n\n院长 王明\n\n各位代表：\n\n现在。\n",
        "a.txt",
    )
    assert (bracketed.date, bracketed.issuer, body(bracketed)) == ("2023-03-07", "院长 王明", "现在。")
    bare = of("政府工作报告\n2023年3月5日在第十九届大会第一次会议上\n国务院总理 王明\n各位代表：\n现在。\n", "b.txt")
    assert (bare.title, bare.date, body(bare)) == ("政府工作报告", "2023-03-05", "现在。")
    two = of(
        "县人民代表大会常务委员会\n工作报告\n——2023年1月7日在本县第十九届大会第一次会议上\n各位代表：\n现在。\n",
        "c.txt",
    )
    assert (two.title, two.date, body(two)) == ("县人民代表大会常务委员会工作报告", "2023-01-07", "现在。")
    short = of("委员会工作报告\n（摘要）\n这一年，很好。\n", "d.txt")
    assert (
        short.title == "委员会工作报告（摘要）" and "（摘要）" in short.incomplete and body(short) == "这一年，很好。"
    )


def test_traditional_script() -> None:
    report = of(
        "政府工作報告\n——二○二三年三月五日在第十四屆全國人民代表大會第一次會議上\n"
        "國務院總理　王明\n各位代表：\n現在，我報告。\n（下轉第5版）",
        "a.txt",
    )
    assert (report.title, report.date, report.kind) == ("政府工作報告", "2023-03-05", Kind.REPORT)
    assert report.issuer == "國務院總理 王明"
    assert "（下轉第5版）" in report.incomplete
    law = of(
        "中華人民共和國樹木法\n（2000年3月15日第九屆全國人民代表大會第三次會議通過）\n"
        "第一條　好。\n第二條　本法自2000年7月1日起施行。\n",
        "b.txt",
    )
    assert law.title == "中華人民共和國樹木法"
    assert dated(law) == {("adopted", "2000-03-15", "text"), ("in_force", "2000-07-01", "text")}
    assert body(law).startswith("第一條")


def test_english_dates() -> None:
    report = of("Report on the Work of the County\n\nDelivered on March 5, 2024\n\nDeputies,\n\nNow.\n", "a.txt")
    assert report.kind is Kind.REPORT and dated(report) == {("delivered", "2024-03-05", "text")}
    law = of(
        "# Tree Law\n\n(Adopted at the third session on 15 March 2000, amended on March 13, 2023)\n\n"
        "Article 1. Good.\n",
        "b.md",
    )
    assert dated(law) == {("adopted", "2000-03-15", "text"), ("amended", "2023-03-13", "text")}
    assert body(law) == "Article 1. Good."
    sentence = "On March 5, 2024 the congress met. It adopted a plan."
    assert body(of(f"# A year\n\n{sentence}\n", "c.md")) == sentence


# Laws


LAW = "# 中华人民共和国树木法\n\n"


def test_notes_of_adoption_and_amendment_are_typed() -> None:
    text = LAW + (
        "2000年3月15日 第十六届全国人民代表大会第四次会议通过\n\n"
        "2015年3月15日 第十七届全国人民代表大会第四次会议《关于修改〈中华人民共和国树木法〉的决定》第一次修正　\n\n"
        "2023年3月13日 第十九届全国人民代表大会第一次会议《关于修改〈中华人民共和国树木法〉的决定》第二次修正）\n\n\n\n"
        "## 第一章 总则\n\n第一条 为了树木。\n\n第二条 本法自2000年7月1日起施行。\n"
    )
    law = of(text, "laws/行政法__树木法(2023-03-13).md")
    assert law.title == "中华人民共和国树木法"
    assert law.kind is Kind.LAW
    assert law.issuer == "全国人民代表大会"
    assert dated(law) == {
        ("adopted", "2000-03-15", "text"),
        ("amended", "2015-03-15", "text"),
        ("amended", "2023-03-13", "text"),
        ("in_force", "2000-07-01", "text"),
    }
    assert law.date == "2023-03-13"
    assert any("earlier version" in note for note in law.notes)
    assert body(law).startswith("## 第一章")


def test_date_only_in_the_name() -> None:
    law = of(
        "# 公平种树条例\n\n\n\n## 第一章 总 则\n\n第一条 好。\n\n第二条 本条例自2024年8月1日起施行。\n",
        "行政法规__公平种树条例(2024-06-06).md",
    )
    assert dated(law) == {("published", "2024-06-06", "name"), ("in_force", "2024-08-01", "text")}
    assert law.date == "2024-06-06"
    assert body(law).startswith("## 第一章")


def test_name_against_text_the_text_wins() -> None:
    law = of("# 种树条例\n\n1987年5月4日 国务院发布\n\n第一条 好。\n", "行政法规__种树条例(1987-05-03).md")
    assert dated(law) == {("published", "1987-05-04", "text")}
    assert any("1987-05-03" in note for note in law.notes)
    assert law.issuer == "国务院"


def test_truncated_name() -> None:
    law = of("# 关于种树的解释\n\n第一条 好。\n", "司法解释__关于种树的解释（二）(201.md")
    assert law.title == "关于种树的解释" and law.date == ""
    assert any("cut off" in note for note in law.notes)
    assert of("第一条 好。\n", "司法解释__关于种树的解释（二）(201.md").title == "关于种树的解释（二）"


def test_wrapped_note_begins_a_line_with_an_article_number() -> None:
    text = LAW + (
        "1982年11月19日 第十五届全国人民代表大会常务委员会第四十五次会议通过\n\n"
        "1991年6月29日 第二十届全国人民代表大会常务委员会第四十一次会议《关于修改<中华人民共和国树木法>第三十条\n\n"
        "第三十一条的决定》第一次修正\n\n2002年10月28日 第十六届全国人民代表大会常务委员会第四十次会议修订\n\n\n\n"
        "第一条 为了树木。\n\n第二条 好。\n"
    )
    law = of(text, "行政法__树木法.md")
    assert [d.value for d in law.dates] == ["1982-11-19", "1991-06-29", "2002-10-28"]
    assert law.issuer == "全国人民代表大会常务委员会"
    assert body(law).startswith("第一条")


def test_note_wrapped_inside_and_across_blank_lines() -> None:
    law = of(
        "# 投资法\n\n2019年3月15日 第十八届全国人民代表大会第二次\n\n\n\n会议通过）\n\n## 第一章 总则\n\n第一条 好。\n",
        "投资法.md",
    )
    assert dated(law) == {("adopted", "2019-03-15", "text")}
    assert body(law).startswith("## 第一章")
    several = of(
        "# 档案条例\n\n1980年12月27日 甲委员会\n\n乙委员会\n\n丙局发布\n\n发布之日施行\n\n第一条 好。\n", "档案条例.md"
    )
    assert dated(several) == {("published", "1980-12-27", "text"), ("in_force", "1980-12-27", "text")}
    assert body(several) == "第一条 好。"


def test_note_in_one_bracket_over_several_lines() -> None:
    law = of(
        "中华人民共和国树木法\n（2000年3月15日第十六届全国人民代表大会第四次会议通过\n"
        "根据2015年3月15日第十七届全国人民代表大会第四次会议\n《关于修改〈中华人民共和国树木法〉的决定》第一次修正）\n"
        "第一条　好。\n",
        "树木法.txt",
    )
    assert dated(law) == {("adopted", "2000-03-15", "text"), ("amended", "2015-03-15", "text")}
    assert body(law) == "第一条　好。"
    sentence = "根据2010年4月29日修正的《树木赔偿法》，作如下规定："
    assert body(of(f"# 树木规定\n\n{sentence}\n\n一、好。\n", "a.md")).startswith(sentence)


def test_text_under_the_decree_that_publishes_it() -> None:
    text = (
        "中华人民共和国国务院令\n第 778 号\n"
        "《公平种树条例》已经2024年5月11日国务院第32次常务会议通过，现予公布，自2024年8月1日起施行。\n"
        "总理　王明\n2024年6月6日\n公平种树条例\n第一章　总则\n第一条　好。\n"
    )
    law = of(text, "令.txt")
    assert (law.title, law.kind, law.issuer) == ("公平种树条例", Kind.LAW, "国务院")
    assert dated(law) == {
        ("adopted", "2024-05-11", "text"),
        ("published", "2024-06-06", "text"),
        ("in_force", "2024-08-01", "text"),
    }
    assert body(law).startswith("第一章")
    alone = text[: text.rindex("公平种树条例")]
    assert of(alone, "令.txt").body_start == 0
    president = of(
        "中华人民共和国主席令\n第三号\n《树木法》已由第十九届全国人民代表大会常务委员会第一次会议于2023年3月13日通过，现予公布。\n"
        "中华人民共和国主席　王明\n2023年3月14日\n树木法\n第一条　好。\n",
        "令.txt",
    )
    assert president.issuer == "全国人民代表大会常务委员会"
    assert dated(president) == {("adopted", "2023-03-13", "text"), ("published", "2023-03-14", "text")}


def test_a_resolution_on_a_report_is_no_report() -> None:
    note = "（2023年3月13日第十九届全国人民代表大会第一次会议通过）"
    resolution = of(f"第一次会议关于政府工作报告的决议\n{note}\n会议批准这个报告。\n", "x.txt")
    assert (resolution.kind, resolution.date) == (Kind.LAW, "2023-03-13")
    assert body(resolution) == "会议批准这个报告。"


def test_other_ways_of_naming_files() -> None:
    state = of("第一条 好。\n", "中华人民共和国树木法_20181229.docx")
    assert (state.title, state.date) == ("中华人民共和国树木法", "2018-12-29")
    edition = of("第一条 好。\n", "中华人民共和国树木法（2018年修正）.txt")
    assert edition.title == "中华人民共和国树木法" and dated(edition) == {("amended", "2018", "name")}


def test_two_courts_decrees_and_commencement() -> None:
    text = (
        "# 最高人民法院、最高人民检察院关于种树的解释\n\n"
        "2018年9月3日 最高人民法院审判委员会第1747次会议、2018年12月12日最高人民检察院检察委员会第十一次会议通过\n\n"
        "2019年6月27日 最高人民法院、最高人民检察院公告公布\n\n2019年7月1日 施行\n\n\n\n"
        "最高人民法院 最高人民检察院\n\n关于种树的\n\n解释\n\n法释〔2019〕3号\n\n"
        "为依法种树，解释如下：\n\n第一条 好。\n"
    )
    law = of(text, "司法解释__种树的解释(2019-06-27).md")
    assert dated(law) == {
        ("adopted", "2018-09-03", "text"),
        ("adopted", "2018-12-12", "text"),
        ("published", "2019-06-27", "text"),
        ("in_force", "2019-07-01", "text"),
    }
    assert law.issuer == "最高人民法院、最高人民检察院"
    assert body(law).startswith("为依法种树")


def test_a_sentence_with_a_date_is_body() -> None:
    for sentence in (
        "1998年9月17日，我院以法〔1998〕86号通知印发了意见，现规定如下：",
        "1993年我院印发解答以来，各地提出问题。",
    ):
        assert body(of(f"# 关于种树的解释\n\n{sentence}\n\n一、好。\n", "司法解释__种树.md")).startswith(sentence)


def test_two_first_headings_are_title_and_part() -> None:
    text = "# 中华人民共和国林典\n\n# 合同编\n\n2020年5月28日 全国人民代表大会通过\n\n## 第一章 一般\n\n第四百条 好。\n"
    law = of(text, "林典__合同编.md")
    assert law.title == "中华人民共和国林典"
    assert "part: 合同编" in law.notes
    assert body(law).startswith("## 第一章")


def test_case_notes_and_guides_are_no_law() -> None:
    text = "# 树木丢失的赔偿\n\n消费者典型案例\n\n最高人民法院发布\n\n2022-03-15\n\n\n\n## 甲诉乙案\n\n第九条规定了。\n"
    case = of(text, "案例__消费__甲诉乙案.md")
    assert case.kind is Kind.OTHER
    assert dated(case) == {("published", "2022-03-15", "text")}
    assert body(case).startswith("## 甲诉乙案")
    assert of(text, "案例__消费__甲诉乙案.md", kind="law").kind is Kind.LAW


def test_sidecar_wins_over_text_and_name() -> None:
    law = of(
        "# 种树条例\n\n1987年5月4日 国务院发布\n\n第一条 好。\n",
        "种树条例(1987-05-03).md",
        title="甲条例",
        issuer="林业部",
        status="in force",
        dates=[{"kind": "published", "date": "1987-06"}, {"kind": "in_force", "date": "1988"}],
    )
    assert (law.title, law.issuer, law.status) == ("甲条例", "林业部", "in force")
    assert dated(law) == {("published", "1987-06", "sidecar"), ("in_force", "1988", "sidecar")}


def test_nothing_known_and_nothing_swallowed() -> None:
    plain = of("这是一段没有标题的话，它说了一些事情。\n第二段。\n", "notes/some file.txt")
    assert (plain.title, plain.body_start, plain.kind, plain.dates) == ("some file", 0, Kind.OTHER, ())
    wrapped = of(
        "这是一段没有标题而且在页边断开的很长很长的话，它的第一\n行不是标题，它的第二行也不是，它还没有完\n。\n",
        "n.txt",
    )
    assert (wrapped.title, wrapped.body_start) == ("n", 0)
    short = of("春天的树\n这是一段有标题的话，它说了一些事情，而且比标题长。\n", "n.txt")
    assert (short.title, body(short)[:2]) == ("春天的树", "这是")
    only = of("关于种树的通知\n", "x.txt")
    assert (only.title, only.body_start) == ("关于种树的通知", 0)
    assert of("", "empty.txt").title == "empty"


def test_sources_are_named() -> None:
    law = of("# 种树条例\n\n第一条 好。\n", "种树条例(1987-05-03).md")
    assert [date.source for date in law.dates] == [Source.NAME]


PIECES = (
    "各位代表：", "国务院总理王明", "——2014年3月5日在第二次会议上", "2000年3月15日 甲会议通过", "第三十一条", "《",
    "》", "（", "第一章 总则", "# ", "\n", "\n\n", " ", "\u200b", "目录", "2022-03-15", "赵一摄",
    "中华人民共和国国务院令", "第3号",
    "2014年3月5日在会议上", "Adopted on March 5, 2024", "國務院總理", "种树条例", "。",
    "本法自2001年13月45日起施行",
)  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.sampled_from(["a.md", "甲__乙(2001-02-03).txt", "(201.md"]),
)
def test_any_text_is_described(text: str, name: str) -> None:
    document = of(text, name)
    assert document.title and document.text == text
    assert 0 <= document.body_start <= len(text)
    assert document.body_start == 0 or document.text[document.body_start :].strip()
    assert len({(date.kind, date.value) for date in document.dates}) == len(document.dates)
