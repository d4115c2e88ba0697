"""Which documents a question means, and that an ordinary question means all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcbot.index.records import DocumentInfo
from npcbot.retrieval.narrowing import Catalogue
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


def test_documents_are_those_of_their_collection() -> None:
    both = Catalogue((name, document) for name in ("one", "two") for document in DOCUMENTS)
    found = both.narrow("2015年政府工作报告的增长目标")
    assert found is not None
    assert found.documents == {("one", "gov-15"), ("two", "gov-15")}


def test_an_empty_catalogue_narrows_nothing() -> None:
    assert Catalogue([]).narrow("2015年政府工作报告里民法典第12条") is None


@given(st.text("民法典选举里第12十条之一政府工作报告年2015《》()的和 ", max_size=30))
def test_only_documents_that_are_there(question: str) -> None:
    found = CATALOGUE.narrow(question)
    if found is not None:
        assert found.documents <= {("laws", document.document_id) for document in DOCUMENTS}
        assert found.documents
        assert found.words
