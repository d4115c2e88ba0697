"""Which documents a question means, and that an ordinary question means all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcbot.index.records import DocumentInfo
from npcbot.retrieval.narrowing import Catalogue, Missing
from npcbot.types import Kind

ELECTIONS = "全国人民代表大会和地方各级人民代表大会选举法"


def info(
    document_id: str, title: str, date: str, kind: Kind = Kind.LAW, issuer: str = "", parts: tuple[str, ...] = ()
) -> DocumentInfo:
    return DocumentInfo(
        document_id, title, kind, issuer, "", (), date, "", "txt", "", (), 0, 0, 0, 0, "", title, "", parts, ()
    )


DOCUMENTS = [
    info("code-1", "中华人民共和国民法典", "2020-05-28", parts=("code-1", "code-2")),
    info("code-2", "中华人民共和国民法典", "2020-05-28", parts=("code-1", "code-2")),
    info("elections-old", ELECTIONS, "2004-10-27"),
    info("elections-new", ELECTIONS, "2015-08-29"),
    info("tea", "茶", "2001-01-01"),
    info("highways", "中华人民共和国公路法", "2017-11-04"),
    info("gov-14", "2014年政府工作报告", "2014-03-05", Kind.REPORT, "国务院"),
    info("gov-15", "政府工作报告", "2015-03-05", Kind.REPORT, "国务院"),
    info("npc-15", "全国人民代表大会常务委员会工作报告", "2015-03-08", Kind.REPORT),
]
CATALOGUE = Catalogue(("laws", document) for document in DOCUMENTS)
CODE, BOTH = {"code-1", "code-2"}, {"elections-old", "elections-new"}


def narrowed(question: str) -> set[str]:
    found = CATALOGUE.narrow(question)
    return set() if found is None else {document_id for _, document_id in found.documents}


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("2015年政府工作报告的增长目标", {"gov-15"}),
        ("二〇一五年政府工作報告的增長目標", {"gov-15"}),
        ("２０１４年政府工作报告的增长目标", {"gov-14"}),
        ("2015 government work report growth target", {"gov-15"}),
        ("2015年常委会工作报告听取了几个报告", {"npc-15"}),
        ("2015年的工作报告", {"gov-15", "npc-15"}),
        ("2014年和2015年政府工作报告的增长目标", {"gov-14", "gov-15"}),
        ("政府工作报告里的增长目标", {"gov-14", "gov-15"}),
        ("民法典里收养要什么条件", CODE),
        ("民法典中收养要什么条件", CODE),
        ("《民法典》规定收养要什么条件", CODE),
        ("中华人民共和国民法典规定收养要什么条件", CODE),
        ("根据民法典收养要什么条件", CODE),
        ("选举法规定候选人怎么产生", BOTH),
        ("2004年选举法规定候选人怎么产生", {"elections-old"}),
        ("选举法（2015年修正）规定候选人怎么产生", {"elections-new"}),
        # No version of that year: all of them.
        ("1987年选举法规定候选人怎么产生", BOTH),
        # The answer may stand in either.
        ("选举法和民法典的年龄有什么不同", CODE | BOTH),
        ("德国民法典和我国民法典规定的年龄有什么不同", CODE),
        ("2015选举法规定候选人怎么产生", {"elections-new"}),
        ("选举法2004第三条", {"elections-old"}),
        ("2017公路法规定了什么", {"highways"}),
        ("2014—2015年政府工作报告的增长目标", {"gov-14", "gov-15"}),
        ("2014和2015政府工作报告的增长目标", {"gov-14", "gov-15"}),
        ("政府工作报告（2015）", {"gov-15"}),
        # Amounts are no years.
        ("哪年政府工作报告提出新增就业2015万人", {"gov-14", "gov-15"}),
        ("哪年政府工作报告安排2015亿元", {"gov-14", "gov-15"}),
        ("哪年政府工作报告说修路 2015 公里", {"gov-14", "gov-15"}),
        ("哪年政府工作报告表彰2015人", {"gov-14", "gov-15"}),
        ("哪年政府工作报告说补助2014至2015元", {"gov-14", "gov-15"}),
        ("哪年政府工作报告说增加2015.5亿元", {"gov-14", "gov-15"}),
        ("Which government work report speaks of 2015 km of road?", {"gov-14", "gov-15"}),
    ],
)
def test_named_documents(question: str, documents: set[str]) -> None:
    assert narrowed(question) == documents


@pytest.mark.parametrize(
    "question",
    [
        "收养要什么条件",
        "2015年的增长目标",
        "第十二条",
        "工作报告怎么写",
        "民法典施行以后有什么变化",
        "民法典草案有哪些内容",
        "最高人民法院关于民法典的司法解释",
        # Counted, not named.
        "民法典共有1260条吗",
        "民法典收到四十七条意见吗",
        "民法典发布于2020",
        # 1 or 2 characters are words of the language before they are a title.
        "茶里有什么",
        "1999年政府工作报告的增长目标",
        # Laws of other places.
        "德国民法典规定收养要什么条件",
        "美国的《民法典》规定收养要什么条件",
        "台湾地区民法典第十二条",
        "日本公路法规定了什么",
        "",
    ],
)
def test_an_ordinary_question_means_all(question: str) -> None:
    assert CATALOGUE.narrow(question) is None


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("民法典第十二条", "12"),
        ("民法典第12条", "12"),
        ("民法典第１２条说什么", "12"),
        ("民法典 第 十 二 条", "12"),
        ("民法典12条", "12"),
        ("民法典的12条", "12"),
        ("《民法典》12", "12"),
        ("第十二条 民法典", "12"),
        ("Article 12 of 民法典", "12"),
        ("民法典第一千零四十三条第二款", "1043"),
        ("民法典1043？", "1043"),
        ("民法典第一百二十条之一", "120-1"),
        ("民法典第一编第二章第十二条", "12"),
        ("民法典第一编", None),
        ("民法典里有1043个字吗", None),
    ],
)
def test_articles(question: str, number: str | None) -> None:
    found = CATALOGUE.narrow(question)
    assert found is not None
    assert {document_id for _, document_id in found.documents} == CODE
    assert (found.article and found.article.number) == number


def test_a_year_is_no_article() -> None:
    found = CATALOGUE.narrow("选举法2015")
    assert found is not None
    assert (found.article, found.year) == (None, "2015")


def test_what_was_narrowed_is_told() -> None:
    one, several = CATALOGUE.narrow("2004年选举法规定什么"), CATALOGUE.narrow("2015年工作报告")
    assert one is not None
    assert (one.words, one.year) == ((f"《{ELECTIONS}》（2004-10-27）",), "2004")
    assert several is not None
    assert several.words == ("政府工作报告（2015）", "全国人民代表大会常务委员会工作报告（2015）")


def test_a_title_may_begin_with_the_name_of_a_place() -> None:
    catalogue = Catalogue([("laws", info("basic", "中华人民共和国香港特别行政区基本法", "1990-04-04"))])
    for name in ("香港特别行政区基本法", "香港基本法", "《中华人民共和国香港特别行政区基本法》"):
        assert catalogue.narrow(f"{name}规定了什么") is not None, name


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("1999年政府工作报告的增长目标", Missing("政府工作报告", ("1999",), ("2014",))),
        ("二〇二五年政府工作報告的增長目標", Missing("政府工作报告", ("2025",), ("2015",))),
        ("2025年3月的国务院政府工作报告", Missing("政府工作报告", ("2025",), ("2015",))),
        ("政府工作报告（2025年）", Missing("政府工作报告", ("2025",), ("2015",))),
        ("2012年和2013年的政府工作报告", Missing("政府工作报告", ("2012", "2013"), ("2014",))),
        ("2014年常委会工作报告听取了几个报告", Missing("常委会工作报告", ("2014",), ("2015",))),
        ("1999年的工作报告", Missing("工作报告", ("1999",), ("2014",))),
        ("growth target of the 2025 government work report", Missing("政府工作报告", ("2025",), ("2015",))),
        ("What does the government work report for 2025 promise?", Missing("政府工作报告", ("2025",), ("2015",))),
    ],
)
def test_a_report_that_is_not_there_is_missing(question: str, missing: Missing) -> None:
    assert CATALOGUE.missing(question) == missing


@pytest.mark.parametrize(
    "question",
    [
        "2015年政府工作报告的增长目标",
        # One of the two is there.
        "2016年政府工作报告怎么说2015年的就业",
        "2014年和1999年的政府工作报告",
        # A year of which some report may tell.
        "十年来政府工作报告的增长目标",
        "2016年的增长目标",
        "政府工作报告里2016年的增长目标",
        "政府工作报告提出2035年的目标",
        "1999年以来的政府工作报告",
        "2012年至2013年的政府工作报告",
        "Will the government work report create jobs in 2025?",
        # Reports of other bodies, of which nothing is known.
        "2025年最高人民法院工作报告",
        "2025年某省政府工作报告",
    ],
)
def test_no_report_is_missing(question: str) -> None:
    assert CATALOGUE.missing(question) is None


def test_a_report_may_be_one_without_a_date_or_with_the_year_in_its_title() -> None:
    question = "1999年政府工作报告的增长目标"
    assert Catalogue(("laws", one) for one in DOCUMENTS if one.kind is not Kind.REPORT).missing(question) is None
    undated = info("undated", "政府工作报告", "", Kind.REPORT)
    assert Catalogue(("laws", one) for one in (*DOCUMENTS, undated)).missing(question) is None
    plan = info("plan", "政府工作报告 关于１９９９年计划的报告", "1998", Kind.REPORT)
    assert Catalogue(("laws", one) for one in (*DOCUMENTS, plan)).missing(question) is None


def test_documents_are_those_of_their_collection() -> None:
    both = Catalogue((name, document) for name in ("one", "two") for document in DOCUMENTS)
    found = both.narrow("2015年政府工作报告的增长目标")
    assert found is not None
    assert found.documents == {("one", "gov-15"), ("two", "gov-15")}


def test_an_empty_catalogue_narrows_nothing() -> None:
    assert Catalogue([]).narrow("2015年政府工作报告里民法典第12条") is None
    assert Catalogue([]).missing("2015年政府工作报告") is None


@given(st.text("民法典选举里第12十条之一政府工作报告年2015《》()的和 ", max_size=30))
def test_only_documents_that_are_there(question: str) -> None:
    found = CATALOGUE.narrow(question)
    if found is not None:
        assert found.documents <= {("laws", document.document_id) for document in DOCUMENTS}
        assert found.documents
        assert found.words
