"""Trails through invented reports, and through the real ones against links read by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import FakeEncoder
from material import SHARED

from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.errors import QuestionError
from npcbot.index import Collection, update
from npcbot.lookups.compare import applied
from npcbot.lookups.trace import Trail, trace

REPORTS = SHARED / "corpus" / "reports"
HAND = json.loads((Path(__file__).parents[1] / "data" / "trails.json").read_text("utf-8"))["trails"]


def faithful(collection: Collection, trail: Trail) -> None:
    before = ""
    for link in trail.links:
        if not link.text:
            assert not link.spans
            continue
        text = collection.document(link.info.document_id).text
        assert "".join("".join(text[s:e] for s, e in link.spans).split()) == "".join(link.text.split())
        if before:
            assert applied(before, link.changes) == link.text
        before = link.text


def test_each_year_has_its_own(index: Callable[..., Collection]) -> None:
    said = {
        "2018": "城市公园新增绿地面积12公顷，沿河步道全线贯通。",
        "2019": "城市公园新增绿地面积15公顷，沿河步道开始改造。",
        "2020": "渔业生产保持稳定，水产品质量安全监管加强。",
        "2021": "全年城市公园新增绿地面积21公顷，沿河步道延长。",
    }
    texts = {f"报告{y}": f"政府工作报告\n（{y}年1月5日）\n\n一、工作回顾\n{s}\n" for y, s in said.items()}
    collection = index(**texts)
    trail = trace([collection], "城市公园新增绿地面积15公顷，沿河步道开始改造。")
    assert [(link.info.date[:4], bool(link.text)) for link in trail.links] == [
        ("2018", True), ("2019", True), ("2020", False), ("2021", True),
    ]  # fmt: skip
    faithful(collection, trail)
    passage = trail.links[1].passage_id
    assert [link.text for link in trace([collection], passage).links] == [link.text for link in trail.links]


LISTS = {
    "2018": "今年的目标是：新增绿地10公顷；新建步道3公里以上；修缮桥梁四座。渔业生产保持稳定。",
    "2019": "去年工作顺利完成。今年的目标是：新增绿地12公顷；新建步道5公里以上；修缮桥梁两座。",
    "2020": "水产品质量安全监管加强，市场供应充足。",
    "2021": "今年的主要目标是：新增绿地14公顷；新建步道6公里以上；修缮码头一座。公共图书馆延长开放时间。",
}


@pytest.fixture
def lists(index: Callable[..., Collection]) -> Collection:
    return index(**{f"报告{y}": f"政府工作报告\n（{y}年1月5日）\n\n一、工作安排\n{s}\n" for y, s in LISTS.items()})


def test_a_sentence_of_several_parts_is_followed_as_a_whole(lists: Collection) -> None:
    trail = trace([lists], "今年的目标是：新增绿地12公顷；新建步道5公里以上；修缮桥梁两座。")
    assert [link.text[-5:] for link in trail.links] == ["桥梁四座。", "桥梁两座。", "", "码头一座。"]
    faithful(lists, trail)


@pytest.mark.parametrize("year", LISTS)
def test_a_passage_of_several_sentences_finds_itself_at_least(lists: Collection, year: str) -> None:
    info = next(info for info in lists.documents() if info.date[:4] == year)
    (stored,) = [one for one in lists.passages(range(info.first_row, info.end_row)) if "。" in LISTS[year]]
    for asked in (stored.passage_id, LISTS[year]):
        trail = trace([lists], asked)
        assert trail.sentences == LISTS[year].count("。")
        (own,) = [link for link in trail.links if link.info.date[:4] == year]
        assert own.text == trail.asked
        assert own.passage_id == stored.passage_id
        assert trail.sentences == 1 or trail.asked.startswith("今年的")


def test_a_passage_of_a_law_is_not_followed(opened: Collection) -> None:
    info = opened.info("条例(2021-03-25).md")
    (stored,) = opened.passages(range(info.first_row, info.first_row + 1))
    with pytest.raises(QuestionError, match="样本市湿地保护条例》, which is no report"):
        trace([opened], stored.passage_id)


@pytest.mark.parametrize("asked", ["", "短", "abcdefgh-abcdefghijkl"])
def test_what_cannot_be_followed_is_refused(opened: Collection, asked: str) -> None:
    with pytest.raises(QuestionError):
        trace([opened], asked)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    if not REPORTS.is_dir():
        pytest.skip(f"the shared documents are not at {SHARED}")
    home = tmp_path_factory.mktemp("reports")
    documents = [read(path, path.name) for path in sorted(REPORTS.glob("*.txt"))]
    update(home, "default", documents, encoder=FakeEncoder(dim=8), settings=load_settings().index)
    with Collection.open(home, "default") as collection:
        yield collection


def test_links_read_by_hand(reports: Collection) -> None:
    right = total = 0
    for hand in HAND:
        asked = reports.document(hand["document"]).text[slice(*hand["span"])]
        trail = trace([reports], asked)
        faithful(reports, trail)
        found = {link.info.document_id: link for link in trail.links}
        for name, expected in hand["links"].items():
            link = found[name]
            spans = [link.spans[0][0], link.spans[-1][1]] if link.text else None
            right += spans == expected
            total += 1
    assert total >= 60
    print(f"{right} of {total} links are right")
    assert right / total >= 0.9
