"""Two versions article by article: invented ones, and real ones against correspondences read by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes import FakeEncoder
from material import SHARED

from npcbot.answer.verify import quoted
from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.errors import QuestionError
from npcbot.folding import fold_text
from npcbot.index import Collection, update
from npcbot.lookups.compare import applied
from npcbot.lookups.diff import Comparison, Fate, compare_versions
from npcbot.lookups.naming import named_document
from npcbot.lookups.printed.diffs import heading, lines, summary
from npcbot.passages import strip_breaks
from npcbot.retrieval.references import Ambiguous

LAWS = SHARED / "corpus" / "laws"
#: Read by hand in both texts: old article → new article, 0 where there is none; only numbers.
HAND: dict[tuple[str, str], dict[int, int]] = {
    ("立法法@2015", "立法法@2023"): {
        1: 1, 2: 2, 4: 5, 5: 6, 6: 7, 7: 10, 8: 11, 9: 12, 10: 13, 11: 14, 12: 15, 13: 16, 14: 17, 17: 20, 20: 23,
        24: 27, 26: 29, 29: 32, 30: 33, 33: 36, 36: 39, 38: 41, 39: 42, 41: 44, 42: 45, 45: 48, 46: 49, 48: 51, 52: 56,
        54: 58, 58: 62, 60: 64, 61: 65, 64: 69, 65: 72, 66: 73, 72: 81, 73: 82, 74: 84, 75: 85, 79: 89, 80: 91, 82: 93,
        95: 106, 96: 107, 97: 108, 98: 109, 99: 110, 100: 112, 101: 113, 102: 114, 103: 117, 104: 119, 105: 120,
    },
    ("监察法@2018", "监察法@2024"): {
        1: 1, 2: 2, 5: 5, 11: 11, 12: 12, 15: 15, 18: 18, 20: 20, 21: 22, 22: 24, 23: 26, 26: 29, 31: 34, 40: 43,
        41: 44, 43: 47, 44: 50, 45: 52, 48: 55, 51: 58, 52: 59, 55: 63, 56: 65, 58: 67, 60: 69, 63: 72, 65: 74, 69: 78,
    },
    ("国务院组织法@1982", "国务院组织法@2024"): {2: 5, 3: 6, 4: 7, 5: 9, 7: 10, 8: 11, 10: 14, 11: 13},
}  # fmt: skip
ADDED = {
    ("立法法@2015", "立法法@2023"): {8, 9, 55, 68, 70, 71, 79, 83, 90, 111, 115, 116, 118},
    ("监察法@2018", "监察法@2024"): {21, 23, 25, 46, 49, 51, 62, 64},
    ("国务院组织法@1982", "国务院组织法@2024"): {15, 16, 17, 18, 19, 20},
}


def compared(collection: Collection, old: str, new: str) -> Comparison:
    return compare_versions(named_document([collection], old), named_document([collection], new))


def kinds(comparison: Comparison) -> list[tuple[str, str, str]]:
    return [
        (entry.kind.value, entry.old.locator if entry.old else "", entry.new.locator if entry.new else "")
        for entry in comparison.entries
    ]


def faithful(collection: Collection, comparison: Comparison) -> None:
    for entry in comparison.entries:
        for side in (entry.old, entry.new):
            if side is not None:
                text = collection.document(side.document_id).text
                assert strip_breaks(side.text) == strip_breaks("\n".join(text[s:e] for s, e in side.spans))
                assert quoted(text, side.spans)
        if entry.old is not None and entry.new is not None:
            assert applied(entry.old.text, entry.changes) == entry.new.text


def test_changed_added_renumbered(opened: Collection) -> None:
    comparison = compared(opened, "样本市湿地保护条例@2015", "样本市湿地保护条例@2021")
    assert kinds(comparison) == [
        ("unchanged", "第一条", "第一条"),
        ("changed", "第二条", "第二条"),
        ("added", "", "第三条"),
        ("unchanged", "第三条", "第四条"),
    ]
    assert [(change.said, change.stands) for change in comparison.entries[1].changes] == [("六", "五")]
    assert [entry.moved for entry in comparison.entries] == [False, False, False, True]
    # The number is a difference like any other, shown and never corrected.
    assert [(change.said, change.stands) for change in comparison.entries[3].changes] == [("三", "四")]
    faithful(opened, comparison)


def test_backwards_it_is_repealed(opened: Collection) -> None:
    comparison = compared(opened, "条例(2021-03-25).md", "条例(2015-05-20).md")
    assert ("repealed", "第三条", "") in kinds(comparison)
    assert comparison.as_json()["counts"] == {
        "unchanged": 2, "form": 0, "changed": 1, "added": 0, "repealed": 1, "moved": 1,
    }  # fmt: skip


def test_a_document_with_itself_is_unchanged(opened: Collection) -> None:
    comparison = compared(opened, "条例(2021-03-25).md", "条例(2021-03-25).md")
    assert {entry.kind for entry in comparison.entries} == {Fate.UNCHANGED}
    assert not any(entry.changes or entry.moved for entry in comparison.entries)


def test_an_article_that_went_elsewhere(opened: Collection, tmp_path: Path) -> None:
    topics = ["湿地名录由市林业部门制定并公布", "取水应当安装计量设施并按期缴费", "违反规定的由公安机关依法处以罚款"]
    numbers = "一二三"
    files = []
    for year, order in (("2001", (0, 1, 2)), ("2011", (2, 0, 1))):
        lines = [f"第{numbers[i]}条 {topics[topic]}，具体办法另行规定。" for i, topic in enumerate(order)]
        path = tmp_path / f"样本办法({year}-01-01).md"
        path.write_text(f"# 样本办法\n\n（{year}年1月1日通过）\n\n" + "\n\n".join(lines) + "\n", "utf-8")
        files.append(read(path, path.name))
    update(tmp_path / "moved", "default", files, encoder=FakeEncoder(), settings=load_settings().index)
    with Collection.open(tmp_path / "moved", "default") as collection:
        comparison = compared(collection, "样本办法@2001", "样本办法@2011")
        pairs = {(entry.old.locator, entry.new.locator) for entry in comparison.entries if entry.old and entry.new}
        assert pairs == {("第一条", "第二条"), ("第二条", "第三条"), ("第三条", "第一条")}
        assert sum(entry.out_of_order for entry in comparison.entries) == 1


def test_reports_paragraph_by_paragraph(opened: Collection) -> None:
    comparison = compared(opened, "报告2019.txt", "报告2021.txt")
    assert [entry.kind.value for entry in comparison.entries] == ["changed", "unchanged"]
    assert summary(comparison) == "未改1段，修改1段，新增0段，删去0段"
    assert heading(comparison.entries[0]) == "修改 一、立法工作 › 第1段"
    faithful(opened, comparison)


CHARTER = """# 样本岛渔港章程

（{year}年3月1日样本岛议事会通过）

## 序言

渔港由先民修筑，历经风浪，几代人守护至今，泊位和码头归全体岛民共有。

{preamble}

## 第一章 总则

第一条 为了管好渔港，制定本章程。

第二条 渔船进港应当{when}报告港务所，并服从引航。

第三条 本章程由港务所解释，自公布之日起施行。

## 附件一 收费标准

每船每日收取泊位费{fee}元，渔汛期间减半，遇台风避险的船只一律免收。

## 附件二 评估办法

第一条 收费标准由港务所每两年评估一次，评估结果张榜公布。

第二条 评估应当听取船主、渔工和收购商的意见。

第三条 评估所需{cost}，由渔港管理费列支。
"""


@contextmanager
def indexed(folder: Path, texts: dict[str, str]) -> Iterator[Collection]:
    """The texts by their file names, read and opened."""
    documents = []
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, "utf-8")
        documents.append(read(path, name))
    update(folder / "home", "default", documents, encoder=FakeEncoder(), settings=load_settings().index)
    with Collection.open(folder / "home", "default") as collection:
        yield collection


@pytest.fixture
def charters(tmp_path: Path) -> Iterator[Collection]:
    versions = {
        "2003": ("提前一天", "八", "岛民推举港务所，每三年改选一次。", "费用"),
        "2013": ("当日", "十", "新的航标灯塔于上年落成，照亮归途。", "开支"),
    }
    texts = {
        f"样本岛渔港章程({year}-03-01).md": CHARTER.format(year=year, when=when, fee=fee, preamble=preamble, cost=cost)
        for year, (when, fee, preamble, cost) in versions.items()
    }
    with indexed(tmp_path, texts) as collection:
        yield collection


def test_preamble_and_annexes_are_compared_too(charters: Collection) -> None:
    comparison = compared(charters, "样本岛渔港章程@2003", "样本岛渔港章程@2013")
    assert [heading(entry) for entry in comparison.entries] == [
        "未改 序言 › 第1段",
        "新增 序言 › 第2段",
        "删去 序言 › 第2段",
        "未改 第一条",
        "修改 第二条",
        "未改 第三条",
        "修改 附件一 收费标准 › 第3段",
        "未改 附件二 评估办法 › 第一条",
        "未改 附件二 评估办法 › 第二条",
        "修改 附件二 评估办法 › 第三条",
    ]
    assert [(change.said, change.stands) for change in comparison.entries[6].changes] == [("八", "十")]
    assert summary(comparison) == (
        "未改2条，修改1条，新增0条，删去0条；改了条号的0条；条文以外未改3段，修改2段，新增1段，删去1段"
    )
    found = comparison.as_json()
    assert found["counts"] == {"unchanged": 2, "form": 0, "changed": 1, "added": 0, "repealed": 0, "moved": 0}
    assert found["paragraphs"] == {"unchanged": 3, "form": 0, "changed": 2, "added": 1, "repealed": 1}
    faithful(charters, comparison)


def test_a_paragraph_that_quotes_an_article_is_not_that_article(tmp_path: Path) -> None:
    said = "渡口由镇政府设立，任何人不得擅自设置或者迁移，违者责令恢复原状并赔偿损失"
    texts = {"2002": f"第一条 {said}。", "2012": f"第一条 本规则自公布之日起施行。\n\n## 附件 说明\n\n原文为：{said}。"}
    files = []
    for year, body in texts.items():
        path = tmp_path / f"样本渡口规则({year}-01-01).md"
        path.write_text(f"# 样本渡口规则\n\n（{year}年1月1日通过）\n\n{body}\n", "utf-8")
        files.append(read(path, path.name))
    update(tmp_path / "quoting", "default", files, encoder=FakeEncoder(), settings=load_settings().index)
    with Collection.open(tmp_path / "quoting", "default") as collection:
        comparison = compared(collection, "样本渡口规则@2002", "样本渡口规则@2012")
        assert sorted(kinds(comparison)) == [
            ("added", "", "第1段"),
            ("added", "", "第一条"),
            ("repealed", "第一条", ""),
        ]


DUTIES = """第{number}条 守桥人履行下列职责{colon}
（一）早晚各巡查桥面一次，发现松动的木板当场更换，换下的木板运回桥头的小屋；
（二）大雾天气在桥头敲钟，引导来往的行人和牲畜慢行，雾散以后停止敲钟；
（三）每年{month}给桥栏上漆一次，所用的漆由镇上的木器作坊无偿供给。
"""


@pytest.fixture
def bridges(tmp_path: Path) -> Iterator[Collection]:
    added = "桥梁关系全镇出行。\n", "第二条 桥梁归全镇居民共有。\n\n"
    first = "第一条 {}为了管好桥梁，制定本办法。\n\n{}"
    last = "\n第{}条 过桥不收费{}牲畜除外。\n\n第{}条 桥灯由守桥人点燃。{}灯油由{}供给。\n"
    texts = {
        "2004": first.format("", "")
        + DUTIES.format(number="二", colon=":", month="三月")
        + last.format("三", "，", "四", "", "镇上"),
        "2014": first.format(*added)
        + DUTIES.format(number="三", colon="：", month="四月")
        + last.format("四", "；", "五", "\n", "镇政府"),
        "2024": first.format(*added)
        + DUTIES.format(number="三", colon=":", month="4月")
        + last.format("四", "，", "五", "\n", "镇政府"),
    }
    title = "样本镇桥梁办法"
    whole = {
        f"{title}({year}-05-01).md": f"# {title}\n\n（{year}年5月1日通过）\n\n{text}" for year, text in texts.items()
    }
    with indexed(tmp_path, whole) as collection:
        yield collection


def test_another_form_is_told_from_another_text(bridges: Collection) -> None:
    comparison = compared(bridges, "样本镇桥梁办法@2004", "样本镇桥梁办法@2014")
    assert [heading(entry) for entry in comparison.entries] == [
        "修改 第一条",
        "新增 第二条",
        "修改 第二条 → 第三条",
        "仅形式不同 第三条 → 第四条",
        "修改 第四条 → 第五条",
    ]
    assert summary(comparison) == "未改0条，仅形式不同1条，修改3条，新增1条，删去0条；改了条号的3条"
    assert comparison.as_json()["counts"]["form"] == 1
    assert comparison.as_json()["entries"][3]["kind"] == "form"
    later = compared(bridges, "样本镇桥梁办法@2014", "样本镇桥梁办法@2024")
    assert [entry.kind.value for entry in later.entries] == ["unchanged", "unchanged", "form", "form", "unchanged"]


def test_what_was_changed_is_printed_whole(bridges: Collection) -> None:
    comparison = compared(bridges, "样本镇桥梁办法@2004", "样本镇桥梁办法@2014")
    whole = DUTIES.format(number="［-二-］｛+三+｝", colon="［-:-］｛+：+｝", month="［-三-］｛+四+｝月")
    for width in range(26, 90):
        printed = [line.strip() for line in lines(comparison, colour=False, width=width)]
        shown = "".join(line[2:] for line in printed if line.startswith(("┃", "│")))
        assert "".join(whole.split()) in "".join(shown.split())
        assert "点燃。｛+↵+｝" in shown
        assert [line for line in printed if re.match("[┃│] (?:[。，；：）］｝]|-］|[+]｝)", line)] == []
        assert [line for line in printed if re.search(r"(?:[（［｛]|［-|｛[+])$", line)] == []


def test_names(opened: Collection) -> None:
    (info,) = named_document([opened], "样本市湿地保护条例")[1]
    assert info.date == "2021-03-25"
    assert named_document([opened], "工作报告@2019")[1][0].document_id == "报告2019.txt"
    with pytest.raises(Ambiguous):
        named_document([opened], "工作报告")
    with pytest.raises(QuestionError):
        named_document([opened], "没有的法@2015")
    with pytest.raises(QuestionError):
        named_document([opened], "样本市湿地保护条例@去年")


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    if not LAWS.is_dir():
        pytest.skip(f"the shared documents are not at {SHARED}")
    home = tmp_path_factory.mktemp("versions")
    paths = [path for name in ("立法法", "监察法", "国务院组织法", "公司法") for path in LAWS.glob(f"*__{name}(*.md")]
    documents = [read(path, path.name) for path in sorted(paths)]
    update(home, "default", documents, encoder=FakeEncoder(dim=8), settings=load_settings().index)
    with Collection.open(home, "default") as collection:
        yield collection


@pytest.mark.parametrize("versions", HAND)
def test_correspondences_read_by_hand(laws: Collection, versions: tuple[str, str]) -> None:
    comparison = compared(laws, *versions)
    faithful(laws, comparison)
    found: dict[int, int] = {}
    added = set()

    def number(locator: str) -> int:
        return int(fold_text(locator)[1:].split("条")[0])

    for entry in comparison.entries:
        if not entry.in_articles:
            continue
        if entry.old is not None:
            found[number(entry.old.locator)] = number(entry.new.locator) if entry.new is not None else 0
        elif entry.new is not None:
            added.add(number(entry.new.locator))
    expected = HAND[versions]
    assert {old: found[old] for old in expected} == expected
    assert added >= ADDED[versions]
