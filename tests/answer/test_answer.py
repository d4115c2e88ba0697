"""What is told where nothing is quoted: reports that are not there, laws that are not named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEncoder
from riverside import rules

from npcbot.answer import Answerer
from npcbot.config import load_settings
from npcbot.index import Collection, update
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.references import Ambiguous
from npcbot.types import DateKind, Document, Kind, Source, TypedDate

Ask = Callable[..., dict[str, Any]]


def report(year: int) -> Document:
    title = f"{year}年政府工作报告"
    text = f"{title}\n\n一、水路\n\n渡船载客三千人次，比上一年多了不少。\n"
    dates = (TypedDate(DateKind.DELIVERED, f"{year}-03-05", Source.TEXT),)
    return Document(f"{year}.txt", text, title, Kind.REPORT, dates=dates, body_start=len(title) + 2)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Callable[..., Ask]]:
    opened: list[Collection] = []

    def told(*documents: Document) -> Ask:
        encoder = FakeEncoder(dim=256)
        update(tmp_path, "test", documents, encoder=encoder, settings=load_settings().index)
        opened.append(Collection.open(tmp_path, "test"))
        answerer = Answerer(Engine(opened, encoder, UNFITTED), load_settings().answer)
        return lambda question, **options: answerer.ask(question, **options).as_json()

    yield told
    for collection in opened:
        collection.close()


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("2015年政府工作报告里渡船载客多少？", "这些文件里没有2015年的政府工作报告。年份相近的有2014年、2018年的。"),
        ("2025年政府工作报告里渡船载客多少？", "这些文件里没有2025年的政府工作报告。年份相近的有2018年的。"),
        (
            "What does the 2015 government work report say of ferries?",
            "There is no government work report of 2015 among these documents. The nearest are of 2014, 2018.",
        ),
    ],
)
def test_a_report_that_is_not_there_is_named_and_nothing_else_quoted(
    told: Callable[..., Ask], question: str, note: str
) -> None:
    ask = told(report(2014), report(2018))
    answer = ask(question)
    assert answer["notes"] == [note]
    assert (answer["answered"], answer["citations"], answer["nearest"], answer["confidence"]) == (False, [], [], 0)
    assert answer["timings_ms"]["total"] >= 0
    # Who does not want it narrowed is answered from all.
    assert ask(question, narrow=False)["nearest"] or ask(question, narrow=False)["citations"]


def test_a_report_that_is_there_answers(told: Callable[..., Ask]) -> None:
    answer = told(report(2014), report(2018))("2014年政府工作报告里渡船载客多少人次？")
    assert (answer["narrowed"], answer["notes"]) == (["2014年政府工作报告（2014）"], [])


@pytest.mark.parametrize("question", ["本法第二条", "请问该法第二条是什么？", "这部法律 第2条", "此法第二條"])
def test_a_law_that_is_not_named_is_asked_for(told: Callable[..., Ask], question: str) -> None:
    one, other = rules("one.txt", "2015-05-20", "三"), rules("other.txt", "2016-05-20", "五")
    other = Document(
        other.document_id, other.text.replace("浅滩", "深潭"), "河湾镇深潭规定", other.kind, dates=other.dates
    )
    with pytest.raises(Ambiguous, match="第二条"):
        told(one, other)(question)


def test_of_the_only_law_it_is_that_article(told: Callable[..., Ask]) -> None:
    ask = told(rules("one.txt", "2015-05-20", "三"))
    for question in ("本法第二条", "本规定第二条", "该规定第二条说什么"):
        (citation,) = ask(question)["citations"]
        assert citation["locator"] == "第二条", question
    assert ask("本条例第二条")["notes"] == ["这些文件里没有《条例》。"]


def test_what_says_more_is_searched(told: Callable[..., Ask]) -> None:
    ask = told(rules("one.txt", "2015-05-20", "三"))
    for question in ("本法第二条所称浅滩水深几米？", "基本法第二条"):
        assert "encode" in ask(question)["timings_ms"] or ask(question)["notes"], question
