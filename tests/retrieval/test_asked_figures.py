"""Figures of a question, and whether a passage tells of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from riverside import note

from npcbot.passages import split
from npcbot.retrieval.asked_figures import share
from npcbot.types import DateKind, Kind, Source, TypedDate


@pytest.mark.parametrize(
    ("told", "asked", "expected"),
    [
        ("2021年粮食丰收。", "2021年粮食产量是多少？", 1.0),
        ("2021年粮食丰收。", "2020年粮食产量是多少？", 0.0),
        ("第十四届全国人大，任期5年。", "第14屆全國人大任期幾年？", 1.0),
        ("增长3.5%，共120项。", "How many of the 120 items grew by 4.5%?", 0.5),
        ("共1205项。", "这120项是什么？", 0.0),
        ("任期5年。", "任期6年吗？", 1.0),
        ("没有数字。", "任期几年？", 1.0),
    ],
)
def test_the_share_of_the_figures_that_a_passage_has(told: str, asked: str, expected: float) -> None:
    document = note("规定", told)
    (passage,) = split(document)
    assert share(asked, document, passage) == expected


def test_titles_and_lines_broken_by_the_page_are_read() -> None:
    document = note("1998年的规定", "共有1\n20项。")
    (passage,) = split(document)
    assert share("1998年有120项吗？", document, passage) == 1.0


def test_numerals_beside_the_year_of_the_document_are_read() -> None:
    dates = (TypedDate(DateKind.DELIVERED, "2022-03-05", Source.TEXT),)
    document = replace(note("报告", "二〇二一年，渡船载客一百二十人次。"), dates=dates)
    (passage,) = split(document)
    assert share("2021年渡船载客120人次吗？", document, passage) == 1.0
    assert share("2022年渡船载客多少人次？", document, passage) == 1.0
    assert share("2020年渡船载客多少人次？", document, passage) == 0.0


def test_where_a_report_looks_back_its_own_year_counts_only_for_questions_about_the_report() -> None:
    dates = (TypedDate(DateKind.DELIVERED, "2022-03-05", Source.TEXT),)
    told = "2022年渡口工作报告\n\n一、过去一年的工作\n\n渡船载客一百二十人次。\n\n二、今年的任务\n\n修桥两座。"
    document = replace(note("2022年渡口工作报告", told), kind=Kind.REPORT, dates=dates)
    back, ahead = (
        p for p in split(document) if "渡船" in document.text[p.start : p.end] or "桥" in document.text[p.start : p.end]
    )
    assert share("2021年渡船载客多少？", document, back) == 1.0
    assert share("2022年渡船载客多少？", document, back) == 0.0
    assert share("2022年的报告里渡船载客多少？", document, back) == 1.0
    assert share("2022年修桥几座？", document, ahead) == 1.0
    assert share("2021年修桥几座？", document, ahead) == 0.0
