"""What a law repeals is read from its own words, and stands at what it repealed."""

from __future__ import annotations

import pytest

from npcbot.passages.repeals import Repeal, repeals
from npcbot.passages.works import outline, relate
from npcbot.types import DateKind, Document, Kind, Source, TypedDate


def law(title: str, date: str, text: str = "", force: str = "", kind: Kind = Kind.LAW) -> Document:
    dates = [TypedDate(DateKind.ADOPTED, date, Source.TEXT)]
    if force:
        dates.append(TypedDate(DateKind.IN_FORCE, force, Source.TEXT))
    return Document(f"{title}({date})", f"第九条 {text}\n", title, kind, dates=tuple(dates))


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("本法自2020年1月1日起施行。《种树暂行条例》同时废止。", ["种树暂行条例"]),
        ("本法自2020年1月1日起施行，1980年发布的《甲规定》、《乙规定》（试行）同时废止。", ["甲规定", "乙规定"]),
        ("《某院关于适用《树法》的解释》（树释〔2001〕1号）即行废止；", ["某院关于适用《树法》的解释"]),
        ("《種樹暫行條例》同時廢止。", ["种树暂行条例"]),
        # A part of it, or whatever is against it.
        ("《树苗条例》中有关树龄的规定同时废止。", []),
        ("《树苗条例》第三条同时废止。", []),
        ("以前的规定与《树苗条例》不一致的，同时废止。", []),
        ("《树苗条例》由林业部门解释。其他规定同时废止。", []),
    ],
)
def test_what_is_repealed(text: str, titles: list[str]) -> None:
    found = list(repeals(law("树法", "2019-06-01", text, "2020-01-01")))
    assert found == [Repeal(title, "2020-01-01") for title in titles]


def test_a_report_repeals_nothing() -> None:
    assert not list(repeals(law("工作报告", "2020", "《种树暂行条例》同时废止。", kind=Kind.REPORT)))


def test_it_stands_at_what_was_repealed() -> None:
    says = "《中华人民共和国树苗条例》同时废止。"
    documents = [
        law("树苗条例", "1990-03-01"),
        law("树法", "2019-06-01", says, "2020-01-01"),
        # The later version repeals what the first one did, on the day of the first.
        law("树法", "2023-06-01", says, "2020-01-01"),
        # Of the same name, and newer than what was repealed.
        law("树苗条例", "2021-03-01"),
        law("树苗办法", "1991-03-01"),
    ]
    related = relate([outline(document, ("9",)) for document in documents])
    ended = {name: (relation.repealed_by, relation.repealed_on) for name, relation in related.items()}
    assert ended.pop("树苗条例(1990-03-01)") == ("树法(2023-06-01)", "2020-01-01")
    assert set(ended.values()) == {("", "")}
