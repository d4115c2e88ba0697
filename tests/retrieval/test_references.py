"""References are read as structure, never as words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npcbot.errors import QuestionError
from npcbot.index.records import DocumentInfo
from npcbot.retrieval.narrowing import Catalogue
from npcbot.retrieval.references import Ambiguous, Target, chosen, expand, only_reference, references
from npcbot.retrieval.versions import as_of, at, effective, guessed, out_of_force, version
from npcbot.types import DateKind, Kind, Source, TypedDate


def law(title: str, date: str, force: str = "", superseded_by: str = "") -> DocumentInfo:
    dates = [TypedDate(DateKind.ADOPTED, date, Source.TEXT)]
    if force:
        dates.append(TypedDate(DateKind.IN_FORCE, force, Source.TEXT))
    return DocumentInfo(
        document_id=f"{title}({date}).md", title=title, kind=Kind.LAW, issuer="", status="", dates=tuple(dates),
        date=date, sha256="", format="md", incomplete="", notes=(), chars=0, paragraphs=0, first_row=0, end_row=0,
        origin="", work=title, superseded_by=superseded_by, parts=(), same_text=(),
    )  # fmt: skip


OLD = law("中华人民共和国样本法", "2015-03-15", superseded_by="中华人民共和国样本法(2023-12-29).md")
NEW = law("中华人民共和国样本法", "2023-12-29", "2024-07-01")
CODE = law("中华人民共和国民法典", "2020-05-28", "2021-01-01")
PENAL = law("中华人民共和国刑法", "1979-07-01")
CATALOGUE = Catalogue(("default", info) for info in (OLD, NEW, CODE, PENAL))


@pytest.mark.parametrize(
    ("question", "targets"),
    [
        ("样本法第七十二条第二款", [Target("72", "", (2,))]),
        ("《样本法》第72条第2款规定了什么？", [Target("72", "", (2,))]),
        ("樣本法第七十二條", [Target("72")]),
        ("民法典 1043", [Target("1043")]),
        ("民法典1043条", [Target("1043")]),
        ("中华人民共和国民法典第一千零四十三条", [Target("1043")]),
        ("刑法第一百二十条之一第（三）项", [Target("120-1", "", (), (3,))]),
        ("样本法第三十至三十二条", [Target("30", "32")]),
        ("样本法第三十条至第三十二条", [Target("30", "32")]),
        ("样本法第30-32条", [Target("30", "32")]),
        ("样本法第三十条、第三十二条", [Target("30"), Target("32")]),
        ("样本法第七十二、七十三条", [Target("72"), Target("73")]),
        (
            "样本法第十条、第十二条第二款和第十三条第一款第二项",
            [Target("10"), Target("12", "", (2,)), Target("13", "", (1,), (2,))],
        ),
        ("样本法第20条第1、2款", [Target("20", "", (1, 2))]),
        ("样本法第三条第一、二款", [Target("3", "", (1, 2))]),
        ("样本法第三条第一款和第二款", [Target("3", "", (1, 2))]),
        ("样本法第三条第二款、第三款", [Target("3", "", (2, 3))]),
        ("样本法第三条第一款或者第三款", [Target("3", "", (1, 3))]),
        ("样本法第三条第（一）项、第（二）项", [Target("3", "", (), (1, 2))]),
        ("样本法第三条第一项至第三项", [Target("3", "", (), (1, 2, 3))]),
        ("样本法第三条第（二）至（四）项", [Target("3", "", (), (2, 3, 4))]),
        ("样本法第三条第一、三项和第四条", [Target("3", "", (), (1, 3)), Target("4")]),
        ("样本法第三条第一、二款第三项", [Target("3", "", (1, 2), (3,))]),
        (
            "样本法第三条第一款第（一）项、第（三）项和第二款",
            [Target("3", "", (1,), (1, 3)), Target("3", "", (2,))],
        ),
        ("样本法第三条第一款、第二款第三项", [Target("3", "", (1,)), Target("3", "", (2,), (3,))]),
        ("样本法第三章", [Target(headings=(("3", "章"),))]),
        ("民法典第二编第三章第一节", [Target(headings=(("2", "编"), ("3", "章"), ("1", "节")))]),
        ("样本法总则", [Target(headings=(("", "总则"),))]),
        ("请问样本法第五条的内容是什么", [Target("5")]),
        ("新样本法第五条", [Target("5")]),
        ("民法典婚姻家庭编第一千零四十三条", [Target("1043")]),
        ("民法典婚姻家庭编第二章", [Target(headings=(("", "婚姻家庭编"), ("2", "章")))]),
        ("刑法分则第四章", [Target(headings=(("", "分则"), ("4", "章")))]),
        ("刑法第一编总则第二章", [Target(headings=(("1", "编"), ("", "总则"), ("2", "章")))]),
    ],
)
def test_what_is_pointed_at(question: str, targets: list[Target]) -> None:
    reference = only_reference(question, CATALOGUE)
    assert reference is not None
    assert list(reference.targets) == targets
    assert reference.named


@pytest.mark.parametrize(
    "question",
    [
        "民法典共有1260条",
        "样本法第七十二条规定了哪些机关可以立法？",
        "样本法",
        "样本法对设区的市怎么规定",
        "2023年修改了47件法律",
        "刑法的目的是什么",
    ],
)
def test_what_asks_for_more_is_no_reference(question: str) -> None:
    assert only_reference(question, CATALOGUE) is None


@pytest.mark.parametrize(
    "question", ["样本法第七十二条 @2016", "样本法第七十二条第二款＠2016-05-01", "样本法@2016第七十二条"]
)
def test_the_day_before_or_behind(question: str) -> None:
    reference = only_reference(question, CATALOGUE)
    assert reference is not None
    assert reference.when.startswith("2016")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("月球法第三条", "月球法"),
        ("《月球土地法》第三条是什么？", "月球土地法"),
        ("查一下环月条例第3条第2款", "环月条例"),
        ("宪法第三条", "宪法"),
        ("憲法第三章", "宪法"),
        ("宪法序言", "宪法"),
        ("税法第五条 @2016", "税法"),
        ("根据宪法第三条", "宪法"),
        ("请问违反《宪法》第三条", "宪法"),
        ("宪法第八十九条规定了什么", "宪法"),
        ("宪法第八十九条里的职权由谁行使？", "宪法"),
        ("月球法典1043", "月球法典"),
        ("月球法修正案（二）第三条", "月球法修正案"),
        ("月球公司法第三条", "月球公司法"),
        # What is known is only a part of the name.
        ("样本法实施条例第三条", "样本法实施条例"),
        ("月球样本法第三条", "月球样本法"),
    ],
)
def test_a_law_that_is_not_there_is_named(question: str, name: str) -> None:
    reference = only_reference(question, CATALOGUE)
    assert reference is not None
    assert (reference.name, reference.named) == (name, ())


@pytest.mark.parametrize(
    "question",
    [
        "这个办法第三条",
        "本法第三条",
        "样本法的规定第三条",
        "其他办法第三条",
        "该法第五条",
        "新法第三条",
        "依法第三条",
        "根据本法第三条",
        "按照有关规定第三条",
        "违法第一条款",
        "什么法第几条",
        "什么法第三条",
        "立法第一读",
        "新办法第三条",
        "国家立法第三条",
        "哪部法律第三条",
        "这种做法第三条",
        "样本法规定第三条",
        "宪法是什么",
        "宪法和样本法第三条有什么关系",
    ],
)
def test_what_names_no_law(question: str) -> None:
    assert only_reference(question, CATALOGUE) is None


@pytest.mark.parametrize(
    "question", ["根据样本法第五条", "依据《样本法》第5条", "违反样本法第五条", "请问按照样本法第五条"]
)
def test_what_leads_up_to_a_law_is_no_part_of_its_name(question: str) -> None:
    reference = only_reference(question, CATALOGUE)
    assert reference is not None
    assert reference.named and reference.targets == (Target("5"),)


def test_what_many_go_by_means_the_laws_whose_names_end_so() -> None:
    def titles(question: str) -> list[str] | None:
        reference = only_reference(question, catalogue)
        return None if reference is None else [info.title for _, info in reference.named]

    catalogue = Catalogue(("default", law(title, "2020-01-01")) for title in ("甲乙法", "甲乙法实施条例", "丙丁条例"))
    assert titles("实施条例第七条") == ["甲乙法实施条例"]
    assert titles("条例第七条 @2021") == ["甲乙法实施条例", "丙丁条例"]
    assert titles("办法第七条") == []
    assert titles("条例第七条规定的费用由谁出") is None


def test_files_of_one_title_without_a_date_are_asked_about() -> None:
    one, other = (replace(law("甲乙规定", ""), document_id=f"{name}.txt", sha256=name) for name in "ab")
    for files, choices in (
        ((one, other), 2),
        ((one, replace(other, sha256="a")), 0),
        ((one, law("甲乙规定", "2020")), 0),
    ):
        reference = only_reference("甲乙规定第二条", Catalogue(("default", info) for info in files))
        assert reference is not None
        try:
            chosen(reference, "2026-01-01")
        except Ambiguous as error:
            assert error.choices == ("《甲乙规定》（a.txt）", "《甲乙规定》（b.txt）")
            assert choices == 2
        else:
            assert choices == 0


def test_a_name_inside_another_name_is_not_it() -> None:
    (found,) = references("《月球样本法》第三条", CATALOGUE)
    assert (found.name, found.named) == ("月球样本法", ())
    for text in ("《样本法》第三条", "《2015年样本法》第三条", "《中华人民共和国样本法》第三条"):
        (found,) = references(text, CATALOGUE)
        assert found.span == (0, len(text))


def test_an_article_without_a_law() -> None:
    reference = only_reference("第八百二十三条", CATALOGUE)
    assert reference is not None
    assert (reference.named, reference.targets) == ((), (Target("823"),))


def test_references_in_a_text_with_their_places() -> None:
    text = "依据《样本法》第七十二条和《中华人民共和国民法典》第一千零四十三条第二款，以及刑法第五条。刑法的规定另说。"
    found = references(text, CATALOGUE)
    assert [text[slice(*one.span)].strip("《》") for one in found] == [
        "样本法》第七十二条", "中华人民共和国民法典》第一千零四十三条第二款", "刑法第五条",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "clauses", "end"),
    [("样本法第三条第二款和三项制度", (2,), "款"), ("样本法第三条第二款，2023年两款", (2,), "款")],
)
def test_what_counts_something_else_is_no_part(text: str, clauses: tuple[int, ...], end: str) -> None:
    (found,) = references(text, CATALOGUE)
    assert found.targets == (Target("3", "", clauses),)
    assert text[slice(*found.span)].endswith(end)


def test_that_law_is_the_one_named_before() -> None:
    def named(text: str) -> list[tuple[str, str]]:
        return [(one.name, one.targets[0].article) for one in references(text, CATALOGUE)]

    both = [("样本法", "3"), ("样本法", "4")]
    assert named("《样本法》第三条规定：“月球法另说。说完。”该法第四条规定") == both
    assert named("依据样本法第三条的规定办理。该法第四条也这样规定") == both
    assert named("样本法第三条，该法第四条，该法第五条") == [*both, ("样本法", "5")]
    assert named("民法典第三条，该法第四条") == [("民法典", "3"), ("民法典", "4")]
    assert named("《环月条例》第三条，该条例第四条") == [("环月条例", "3"), ("环月条例", "4")]
    (_, old) = references("《样本法》（2015年）第三条、该法第四条", CATALOGUE)
    assert (old.when, old.named) == ("2015", (("default", OLD), ("default", NEW)))


@pytest.mark.parametrize(
    "text",
    [
        "样本法第三条。又一句话。该法第四条",
        "样本法第三条不同于月球法，该法第四条",
        "样本法第三条不同于《月球规定》，该法第四条",
        "样本法第三条，该条例第四条",
        "样本法第三条，本法第四条",
        "样本法第三条，该法的第四个问题",
    ],
)
def test_that_law_may_be_another_one(text: str) -> None:
    assert [one.targets[0].article for one in references(text, CATALOGUE)] == ["3"]


def test_the_version_meant() -> None:
    def dated(question: str, today: str = "2026-01-01") -> str:
        reference = only_reference(question, CATALOGUE)
        assert reference is not None
        return chosen(reference, today)[1][0].date

    assert dated("样本法第一条") == "2023-12-29"
    assert dated("样本法第一条", today="2024-06-30") == "2015-03-15"
    assert dated("样本法@2015第一条") == "2015-03-15"
    assert dated("2015年样本法第一条") == "2015-03-15"
    assert dated("样本法（2015年修正）第一条") == "2015-03-15"
    assert dated("样本法@2020第一条") == "2015-03-15"
    assert dated("样本法@2023第一条") == "2023-12-29"
    assert dated("样本法@2024-06-30第一条") == "2015-03-15"
    with pytest.raises(QuestionError):
        dated("样本法@2001第一条")


def test_the_version_meant_may_lie_in_another_collection() -> None:
    mine = [("mine", law("样本法", "2015-03-15")), ("default", law("样本法", "2023-12-29"))]
    reference = only_reference("样本法第一条", Catalogue(mine))
    assert reference is not None
    name, (info,) = chosen(reference, "2026-01-01")
    assert (name, info.date) == ("default", "2023-12-29")
    name, (info,) = chosen(replace(reference, when="2015"), "2026-01-01")
    assert (name, info.date) == ("mine", "2015-03-15")


def test_a_name_that_fits_two_laws_is_asked_about() -> None:
    both = Catalogue(("default", law(title, "2020-01-01")) for title in ("中华人民共和国甲乙法", "甲乙法"))
    reference = only_reference("甲乙法第三条", both)
    assert reference is not None
    with pytest.raises(Ambiguous) as raised:
        chosen(reference, "2026-01-01")
    assert len(raised.value.choices) == 2


def test_a_range_holds_what_there_is() -> None:
    articles = ["1", "30", "31", "31-1", "32", "823", "1823"]
    assert expand(Target("30", "32"), articles) == ["30", "31", "31-1", "32"]
    assert expand(Target("823"), articles) == ["823"]
    assert expand(Target("23"), articles) == []
    with pytest.raises(QuestionError):
        expand(Target("32", "30"), articles)


@pytest.mark.parametrize(
    ("said", "day"),
    [("2019", "2019-12-31"), ("2019-02", "2019-02-28"), ("2019-12", "2019-12-31"), ("2019-03-15", "2019-03-15")],
)
def test_days(said: str, day: str) -> None:
    assert as_of(said) == day


@pytest.mark.parametrize("said", ["", "19", "2019-13", "2019-02-30", "去年", "2019/03"])
def test_what_is_no_day(said: str) -> None:
    with pytest.raises(QuestionError):
        as_of(said)


def test_a_day_in_a_question() -> None:
    assert at("设区的市可以立什么法？ @2016") == ("设区的市可以立什么法？", "2016-12-31")
    assert at("＠2016-05-01 谁可以立法") == ("谁可以立法", "2016-05-01")
    assert at("谁可以立法") == ("谁可以立法", "")
    assert at("信箱 a@1234.com 归谁管")[1] == ""
    for question in ("谁可以立法 @9999", "谁可以立法 @2016-5", "谁可以立法@2016-13"):
        with pytest.raises(QuestionError, match="is no date"):
            at(question)


def test_which_version_holds() -> None:
    assert effective(OLD) == "2015-03-15"
    assert effective(NEW) == "2024-07-01"
    assert [guessed(one) for one in (OLD, NEW, law("样本法", "2015-03-15", "2000-07-01"))] == [True, False, True]
    assert version([OLD, NEW], "2024-06-30") is OLD
    assert version([OLD, NEW], "2024-07-01") is NEW
    assert version([OLD, NEW], "2015-03-14") is None
    assert out_of_force([OLD, NEW, CODE], "2024-06-30") == {NEW.document_id}
    assert out_of_force([OLD, NEW, CODE], "2024-07-01") == {OLD.document_id}
    assert out_of_force([OLD, NEW, CODE], "2014-01-01") == {OLD.document_id, NEW.document_id, CODE.document_id}


@pytest.mark.parametrize("space", [" ", ""])
def test_a_title_is_known_with_its_blanks_and_without(space: str) -> None:
    title = "样本省法院 样本省检察院关于渡口案件的解释"
    there = Catalogue([("default", law(title, "2020-05-28"))])
    found = only_reference(f"《{title.replace(' ', space)}》第一条", there)
    assert found is not None
    assert [info.title for _, info in found.named] == [title]
