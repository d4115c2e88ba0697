"""Reports cited by their year are found whatever way they are written, and no other for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_references import law

from npcbot.index.records import DocumentInfo
from npcbot.retrieval.report_names import cited
from npcbot.types import Kind


def report(title: str, date: str, issuer: str = "") -> tuple[str, DocumentInfo]:
    return "default", replace(law(title, date), kind=Kind.REPORT, issuer=issuer)


REPORTS = [
    report("政府工作报告", "2019-03-05", "国务院总理 甲某某"),
    report("2020年国务院政府工作报告", "2020"),
    report("2020年政府工作报告关于２０２１年计划的报告", "2020-08-30", "国务院副总理乙某"),
    report("全国人民代表大会常务委员会工作报告", "2020-03-09", "委员长 丙某"),
    report("样本市政府工作报告", "2019-01-20"),
    report("政府工作报告", "2020-01-15", "示例省人民政府省长 丁某"),
]
NATION = ["政府工作报告(2019-03-05).md"]
TWO = ["2020年国务院政府工作报告(2020).md", "2020年政府工作报告关于２０２１年计划的报告(2020-08-30).md"]
ALL_2019 = [*NATION, "样本市政府工作报告(2019-01-20).md"]


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("《2019年国务院政府工作报告》", NATION),
        ("2019年《国务院政府工作报告》", NATION),
        ("2019年国务院《政府工作报告》", NATION),
        ("国务院2019年政府工作报告", NATION),
        ("国务院政府工作报告（2019年）", NATION),
        ("国务院政府2019年工作报告", NATION),
        ("二〇一九年國務院政府工作報告", NATION),
        ("2019年甲某某总理所作的《政府工作报告》", ALL_2019),
        ("2019年国务院总理甲某某作的政府工作报告", ALL_2019),
        ("甲某某总理2019年政府工作报告", ALL_2019),
        ("2019年3月5日的《政府工作报告》", ALL_2019),
        ("《政府工作报告（2019年）》", ALL_2019),
        ("《政府工作报告》（2019年3月5日）", ALL_2019),
        ("根据政府工作报告（2019）", ALL_2019),
        ("2020年的国务院政府工作报告", TWO),
        ("2019至2020年国务院政府工作报告", [*NATION, *TWO]),
        ("2019年、2020年国务院政府工作报告", [*NATION, *TWO]),
        ("2020年全国人大常委会工作报告", ["全国人民代表大会常务委员会工作报告(2020-03-09).md"]),
        ("全国人民代表大会常务委员会2020年工作报告", ["全国人民代表大会常务委员会工作报告(2020-03-09).md"]),
        ("根据样本市政府工作报告（2019年）", ["样本市政府工作报告(2019-01-20).md"]),
        ("样本市2019年政府工作报告", ["样本市政府工作报告(2019-01-20).md"]),
        ("2020年示例省人民政府工作报告", ["政府工作报告(2020-01-15).md"]),
        # Not among them.
        ("2021年政府工作报告", []),
        ("浙江2019年政府工作报告", []),
        ("欧盟政府工作报告（2019年）", []),
        ("样本市2020年政府工作报告", []),
        ("2020年最高人民法院工作报告", []),
    ],
)
def test_reports_by_year(text: str, documents: list[str]) -> None:
    (found,) = cited(f"，{text}指出", REPORTS)
    assert [info.document_id for _, info in found.named] == documents
    assert text.endswith(f"，{text}指出"[slice(*found.span)].removeprefix("，"))
    assert found.targets == ()


@pytest.mark.parametrize(
    "text",
    [
        "政府工作报告",
        "2019年以来历次政府工作报告",
        "2019年，政府工作报告",
        "2019年经济目标写进政府工作报告",
        "某某国政府工作报告（2019年）",
        "示例省委常委会工作报告（2020年）",
        "全国政协常委会工作报告（2020年）",
        "2019年个人工作报告",
    ],
)
def test_what_is_no_report_of_a_year(text: str) -> None:
    assert list(cited(text, REPORTS)) == []


def test_a_report_that_is_not_there_is_named() -> None:
    (found,) = cited("根据2013至2015年国务院政府工作报告", REPORTS)
    assert (found.name, found.named) == ("2013、2014、2015年国务院政府工作报告", ())
