"""Works in several files, versions, identical texts, and what people call a law."""

from __future__ import annotations

import pytest

from npcbot.passages.works import Outline, Relation, aliases, is_statute, normal_title, outline, relate
from npcbot.types import DateKind, Document, Kind, Source, TypedDate


def law(
    name: str, title: str, date: str, first: int = 1, last: int = 9, body: str = "", kind: Kind = Kind.LAW
) -> Outline:
    return Outline(name, title, date, kind, first, last, body or name)


def test_files_whose_articles_run_on_are_one_work() -> None:
    related = relate(
        [
            law("c", "林典", "2020-05-28", 463, 988),
            law("a", "林典", "2020-05-28", 205, 462),
            law("b", "林典", "2020-05-28", 1, 204),
            law("z", "林典", "2020-05-28", 2000, 2001),
        ]
    )
    assert related["a"].parts == related["b"].parts == related["c"].parts == ("b", "a", "c")
    assert related["z"].parts == ()
    assert {relation.work for relation in related.values()} == {"林典"}
    assert not any(relation.superseded_by for relation in related.values())


def test_the_newest_version_supersedes_the_others() -> None:
    related = relate([law("v2", "树法", "2015-03-15"), law("v3", "树法", "2023-03-13"), law("v1", "树 法", "2000")])
    assert [related[name].superseded_by for name in ("v1", "v2", "v3")] == ["v3", "v3", ""]
    assert related["v1"].work == related["v3"].work


def test_a_new_version_in_parts_supersedes_with_its_first_part() -> None:
    related = relate(
        [law("old", "典", "1990", 1, 50), law("new2", "典", "2020", 31, 60), law("new1", "典", "2020", 1, 30)]
    )
    assert related["old"].superseded_by == "new1"
    assert related["new2"].parts == ("new1", "new2")


@pytest.mark.parametrize("title", ["国务院关于修改部分条例的决定", "最高法院关于种树问题的批复", "关于放假的通知"])
def test_acts_of_one_name_are_no_versions(title: str) -> None:
    related = relate([law("a", title, "2001"), law("b", title, "2002")])
    assert related["a"] == Relation("a") and related["b"] == Relation("b")


def test_reports_of_one_name_are_no_versions() -> None:
    related = relate([law("a", "工作报告", "2001", kind=Kind.REPORT), law("b", "工作报告", "2002", kind=Kind.REPORT)])
    assert not related["a"].superseded_by


def test_the_same_text_is_no_version() -> None:
    related = relate(
        [
            law("x/a", "树法", "2018-12-29", body="same"),
            law("y/a", "树法", "2018-12-30", body="same"),
            law("z/a", "树法", "2001", body="old"),
        ]
    )
    assert related["x/a"].same_text == ("y/a",) and related["y/a"].same_text == ("x/a",)
    assert not related["x/a"].superseded_by and not related["y/a"].superseded_by
    assert related["z/a"].superseded_by == "y/a"


def test_without_a_date_nothing_is_superseded() -> None:
    related = relate([law("a", "树法", ""), law("b", "树法", "2001")])
    assert not related["a"].superseded_by and not related["b"].superseded_by


def test_on_trial_is_another_title() -> None:
    related = relate([law("a", "种树规则（试行）", "2012"), law("b", "种树规则", "2019")])
    assert not related["a"].superseded_by and related["a"].work != related["b"].work


def test_titles_compared() -> None:
    assert normal_title("甲院 乙院关于〈树法〉的解释（一）") == normal_title("甲院、乙院关于《树法》的解释(一)\u200b")


def test_titles_in_both_scripts_are_one_and_have_one_short_name() -> None:
    assert normal_title("某縣種樹規則（1999年修訂）") == normal_title("某县种树规则")
    assert aliases("中華人民共和國種樹法")[0] == "种树法"


def test_outline_of_documents_that_differ_only_in_front() -> None:
    def of(name: str, front: str) -> Outline:
        date = TypedDate(DateKind.PUBLISHED, "2023", Source.TEXT)
        text = front + "\n第三条 甲。\n\n第五条之一 乙。\n"
        return outline(Document(name, text, "树法", Kind.LAW, dates=(date,), body_start=len(front)), ("3", "5-1", ""))

    short, long = of("a", "# 树法"), of("b", "# 树法\n\n树法\n\n")
    assert (short.first, short.last, short.date) == (3, 5, "2023")
    assert relate([short, long])["a"].same_text == ("b",)


def test_files_that_differ_in_contents_and_brackets_are_one_version() -> None:
    def of(name: str, front: str, body: str, *dates: TypedDate) -> Outline:
        text = front + body
        return outline(Document(name, text, "树法", Kind.LAW, dates=dates, body_start=len(front)), ("1", "2"))

    adopted = TypedDate(DateKind.ADOPTED, "2022-03-22", Source.TEXT)
    named = [TypedDate(DateKind.PUBLISHED, f"2022-04-0{day}", Source.NAME) for day in (1, 2)]
    listed = of("a", "树法\n", "## 一、甲\n\n## 一、甲\n\n第一条 (一)甲。\n", adopted, named[0])
    plain = of("b", "树法\n", "第一条 （一）甲。\n", adopted, named[1])
    assert not relate([listed, plain])["a"].superseded_by and not relate([listed, plain])["a"].same_text
    amended = TypedDate(DateKind.AMENDED, "2023-01-01", Source.TEXT)
    later = of("c", "树法\n", "第一条 （一）乙。\n", adopted, amended)
    related = relate([listed, plain, later])
    assert related["a"].superseded_by == related["b"].superseded_by == "c"


def test_editions_are_versions() -> None:
    related = relate([law("a", "树法（2015年修正）", "2015"), law("b", "树法", "2020")])
    assert related["a"].superseded_by == "b"
    related = relate([law("a", "树法修正案（1988年）", "1988"), law("b", "树法修正案（1993年）", "1993")])
    assert not related["a"].superseded_by


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("中华人民共和国种树法", True),
        ("种树法（2015年修正）", True),
        ("中华人民共和国种树法第十二条之一", True),
        ("民法典", True),
        ("民法通则", True),
        ("宪法", True),
        ("种树法修正案（十一）", True),
        ("种树法 （2015年修正）", True),
        ("种树法第43条", True),
        ("种树法（草案）", False),
        ("种树法（修订草案征求意见稿）", False),
        ("关于贯彻实施种树法", False),
        ("种树办法", False),
        ("种树方法第三条", False),
        ("种树法实施条例", False),
        ("最高人民法院关于适用《种树法》的解释", False),
        ("关于适用种树法第十二条几个问题的通知", False),
        ("种树条例", False),
        ("政府工作报告", False),
        ("種樹法第四十三條", True),
        ("關於種樹法", False),
        ("種樹辦法", False),
    ],
)
def test_statutes_are_known_by_their_titles(title: str, expected: bool) -> None:
    assert is_statute(title) == expected


def test_aliases() -> None:
    assert aliases("中华人民共和国立法法") == ("立法法",)
    assert "选举法" in aliases("中华人民共和国全国人民代表大会和地方各级人民代表大会选举法")
    assert "甲院关于适用《民法典》的解释" in aliases("甲院关于适用《中华人民共和国民法典》的解释")
    assert aliases("种树条例") == ()
    assert "宪法修正案" in aliases("中华人民共和国宪法修正案（1988年）")
    assert "刑法修正案十一" in aliases("中华人民共和国刑法修正案（十一）")
    assert "全国人大组织法" in aliases("中华人民共和国全国人民代表大会组织法")
    assert "全国人大常委会议事规则" in aliases("中华人民共和国全国人民代表大会常务委员会议事规则")
    third = aliases("最高人民法院关于适用《中华人民共和国公司法》若干问题的规定（三）")
    assert {"公司法解释三", "公司法司法解释（三）", "关于适用《公司法》若干问题的规定（三）"} <= set(third)
    assert {"刑事诉讼法解释", "刑诉法解释"} <= set(aliases("最高人民法院关于适用《中华人民共和国刑事诉讼法》的解释"))
    assert "最高人民法院、最高人民检察院关于种树的解释" in aliases("最高人民法院 最高人民检察院关于种树的解释")
