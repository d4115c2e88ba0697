"""Trails through invented reports, and through the real ones against links read by hand."""

from __future__ import annotations

import json
import random
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
from npcbot.lookups.printed.trails import lines
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


FISHING = {
    "2017": "我们要以对渔民高度负责的精神，更加努力地办好每一件实事。码头新增泊位六个，岸电全部接通。",
    "2018": "今年休渔天数拟按90天安排，比去年核定的多2天；网具更新补贴1200元。",
    "2019": "今年休渔天数拟按95天以上安排，补助规模增加30万元，同时发放20万元的抗风救助金，由港务所拨付到户。",
    "2020": "考虑到渔场得到恢复和鱼价逐步回升，今年休渔天数拟按92天左右安排、比去年减少，不再发放抗风救助金。",
    "2021": "要以对渔民高度负责的精神，切实加强船员救生培训和灯塔值守。",
    "2022": "今年休渔天数拟按91天左右安排、比去年减少，有利于增加渔民收入。",
}


@pytest.fixture
def fishing(index: Callable[..., Collection]) -> Collection:
    """Reports with much else in them, so that rare pairs of characters count more."""
    draw = random.Random(1)
    texts = {}
    for year, said in FISHING.items():
        other = ["".join(draw.choices("山河湖田林草桥路村镇船车灯书画琴棋米茶布", k=14)) + "。" for _ in range(40)]
        texts[f"报告{year}"] = f"政府工作报告\n（{year}年1月5日）\n\n一、工作安排\n{said}\n" + "".join(other) + "\n"
    return index(**texts)


def test_the_part_that_has_the_figure_is_enough(fishing: Collection) -> None:
    trail = trace([fishing], "今年休渔天数拟按90天安排，比去年核定的多2天")
    assert [link.info.date[:4] for link in trail.links if link.text] == ["2018", "2019", "2020", "2022"]
    faithful(fishing, trail)
    # A phrase without a figure goes with anything.
    trail = trace([fishing], "我们要以对渔民高度负责的精神，更加努力地办好每一件实事。")
    assert [link.info.date[:4] for link in trail.links if link.text] == ["2017"]


def test_the_difference_from_the_one_before_is_printed_or_said_to_be_too_great(fishing: Collection) -> None:
    printed = list(lines(trace([fishing], "今年休渔天数拟按90天安排，比去年核定的多2天"), colour=False, width=200))
    assert "2021  没有找到相应的话" in printed
    assert [line for line in printed if "与上一次相比" in line] == [
        "   与上一次相比：",
        "   与上一次相比：多半不同，不逐字比较。",
        "   与上一次相比：",
    ]
    assert sum("休渔天数拟按9［-" in line for line in printed) == 2


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
