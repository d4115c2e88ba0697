"""Counts are exhaustive, told apart from longer words, and of the texts that were searched."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from npcbot.errors import QuestionError
from npcbot.index import Collection
from npcbot.lookups.count import By, as_json, count, located, sections
from npcbot.lookups.printed.counts import lines
from npcbot.lookups.scan import scanned
from npcbot.types import Kind
from npcbot.wrapping import columns


def total(collection: Collection, term: str) -> int:
    return count([collection], [term]).totals[0]


def test_a_term_is_found_in_every_script_and_torn_by_a_line(opened: Collection) -> None:
    counts = count([opened], ["全过程人民民主", "全過程人民民主"])
    assert counts.totals == (3, 3)
    texts = [one.text for one in located([opened], counts, 0)]
    assert sorted(texts) == sorted(["全过程人民\n民主", "全过程人民\n民主", "全過程人民民主"])
    assert [(row.label, row.counts[0]) for row in counts.years()] == [
        ("2015", 0),
        ("2019", 1),
        ("2021", 1),
        ("无日期", 1),
    ]


def test_two_paragraphs_do_not_make_a_term(index: Callable[..., Collection]) -> None:
    collection = index(
        一="报告\n（2020年1月1日）\n\n一、概况\n各项工作顺利\n\n二、民主\n主要成绩如下：第一，制定条例。\n"
    )
    assert total(collection, "概况各项") == 0
    assert total(collection, "民主主要") == 0
    assert total(collection, "各项工作") == 1


def test_numerals_are_found_in_both_writings_and_never_inside_longer_ones(opened: Collection) -> None:
    assert total(opened, "第十二条") == total(opened, "第12条") == 2
    assert total(opened, "第二条") == 2
    assert total(opened, "5%") == 1
    # 352件 holds 52件, which is another number.
    counts = count([opened], ["52件"])
    assert counts.totals == (2,)
    assert counts.inside == (2,)
    assert counts.longer(0) == [("352件", 2)]
    assert count([opened], ["五十二件"]).totals == (0,)


def test_a_longer_word_is_told_apart(opened: Collection) -> None:
    counts = count([opened], ["法制"])
    assert counts.totals == (3,)
    assert counts.inside == (3,)
    assert counts.longer(0) == [("立法制度", 3)]
    assert count([opened], ["立法制度"]).inside == (0,)


def test_an_absence_says_what_was_searched(opened: Collection) -> None:
    counts = count([opened], ["外层空间"])
    assert counts.totals == (0,)
    said = as_json([opened], counts, By.YEAR)
    assert {one["document_id"] for one in said["searched"]} == {info.document_id for info in opened.documents()}
    assert said["years_without_document"] == ["2016", "2017", "2018", "2020"]
    assert said["occurrences"] == [[]]
    assert counts.superseded() == 1


def test_years_without_an_occurrence_are_one_row_and_no_date_is_no_year(index: Callable[..., Collection]) -> None:
    said = "样本镇人民政府工作报告\n（{}年1月20日）\n\n渡船照常开行。\n"
    texts = {f"报告{year}": said.format(year) for year in range(2001, 2007)}
    collection = index(**texts, 无="样本镇便笺\n\n渡船照常开行。\n")
    printed = list(lines([collection], count([collection], ["外层空间"]), By.YEAR))
    assert printed[2:4] == ["2001–2006  0  （6个年份都是0次）", "无日期  0"]


def test_only_the_kind_and_the_documents_wanted_are_searched(opened: Collection) -> None:
    assert count([opened], ["湿地"], kind=Kind.REPORT).totals[0] < count([opened], ["湿地"]).totals[0]
    one = count([opened], ["湿地"], wanted=lambda info: info.document_id == "条例(2021-03-25).md")
    assert [row.documents for row in one.documents()] == [(0,)]
    with pytest.raises(QuestionError):
        count([opened], ["湿地"], wanted=lambda info: False)


def test_by_section(opened: Collection) -> None:
    rows = {row.label: row.counts for row in sections([opened], count([opened], ["立法"]))}
    assert sum(counts[0] for counts in rows.values()) == total(opened, "立法")


def test_sections_stand_in_the_order_of_the_document(index: Callable[..., Collection]) -> None:
    named = "二三四五六七"
    chapters = "".join(f"## 第{n}章 渡口{n}\n\n第{n}条 渡口{n}由镇管理。\n\n" for n in "一" + named)
    collection = index(规则=f"# 样本镇渡口规则\n\n{chapters}")
    counts = count([collection], ["管理", "渡口"])
    chapter = [row.label.rpartition("第")[2][0] for row in sections([collection], counts) if "章" in row.label]
    assert "".join(chapter) == "一" + named
    rows = [line.partition("█") for line in lines([collection], counts, By.SECTION)]
    starts = [
        [sum(map(columns, one[0])) for one in pair]
        for pair in pairwise(rows)
        if "章" in pair[0][0] and all(one[1] for one in pair)
    ]
    assert len(starts) == len("一" + named)
    assert all(first == second for first, second in starts)


@pytest.mark.parametrize("term", ["", "  ", "，。", "长" * 300])
def test_what_cannot_be_counted_is_refused(opened: Collection, term: str) -> None:
    with pytest.raises(QuestionError):
        count([opened], [term])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text("湿地保护条例代表建议立法制度工人民主的，在", min_size=1, max_size=4).filter(
        lambda t: any(map(str.isalnum, t))
    )
)
def test_counts_are_those_of_a_plain_search(opened: Collection, term: str) -> None:
    """An independent count: each paragraph without white space, searched as it stands."""
    term = term.strip("，")
    expected = 0
    for info in opened.documents():
        text = opened.document(info.document_id).text
        paragraphs = re.split(r"\n(?=[（#]|第[一二三四]条|[一二]、|全年|一年来|推進|前款|\n)|\n\n", text)
        if info.document_id.endswith("2022.txt"):
            continue  # traditional: another test
        expected += sum("".join(paragraph.split()).count(term) for paragraph in paragraphs)
    counts = count([opened], [term])
    found = sum(1 for one in located([opened], counts, 0) if not one.document_id.endswith("2022.txt"))
    assert found == expected


def test_every_occurrence_is_what_stands_at_its_span(opened: Collection) -> None:
    for term in ("湿地", "352件", "GDP", "代表建议", "第二条"):
        counts = count([opened], [term])
        assert counts.totals[0] > 0
        for one in located([opened], counts, 0):
            text = opened.document(one.document_id).text
            assert text[slice(*one.span)] == one.text
            assert "".join(scanned(one.text).text.split()) in {
                "".join(scanned(t).text.split()) for t in (term, "第二条")
            }
            assert one.locator
