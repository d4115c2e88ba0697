"""Figures read from invented sentences; what is measured on real ones stands in ``test_figures.py``."""

from __future__ import annotations

from decimal import Decimal

import pytest

from npcbot.lookups.counted import Quantity
from npcbot.lookups.quantities import quantities


def read(text: str) -> list[Quantity]:
    return quantities(text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新增参保１２３４万人。", ("12340000", "人", "")),
        ("税收７，６５４．３亿元。", ("765430000000", "元", "")),
        ("产值为2.5万亿元。", ("2500000000000", "元", "")),
        ("出口额达36亿美元。", ("3600000000", "美元", "")),
        ("完成三百零五万吨。", ("3050000", "吨", "")),
        ("安置七百多万人。", ("7000000", "人", "over")),
        ("收购四亿零七百多万吨。", ("407000000", "吨", "over")),
        ("投资两千三百亿元。", ("230000000000", "元", "")),
        ("发电六千五百亿千瓦小时。", ("650000000000", "千瓦时", "")),
        ("装机三百万千瓦。", ("3000000", "千瓦", "")),
        ("粮食每人近八百斤。", ("800", "斤", "under")),
        ("比重百分之十二点八。", ("12.8", "%", "")),
        ("在押的占百分之八十以上。", ("80", "%", "over")),
        ("办结率百分之百。", ("100", "%", "")),
        ("发病率千分之三。", ("3", "‰", "")),
        ("满意的占九成八。", ("98", "%", "")),
        ("增长３％左右。", ("3", "%", "about")),
        ("提高3.5个百分点。", ("3.5", "个百分点", "")),
        ("产量增加两倍。", ("2", "倍", "")),
        ("支出等于当年的三倍半。", ("3.5", "倍", "")),
        ("举办12期学习班。", ("12", "期", "")),
        ("机构精简1／4。", ("0.25", "", "")),
        ("约占五分之一。", ("0.2", "", "about")),
        ("编制减少一半。", ("0.5", "", "")),
        ("收购300万至350万吨。", ("3000000-3500000", "吨", "")),
        ("投资2千亿元。", ("200000000000", "元", "")),
        ("收购5百万吨。", ("5000000", "吨", "")),
        ("共有3千多万人。", ("30000000", "人", "over")),
        ("投资2千3百亿元。", ("230000000000", "元", "")),
        ("装机6千千瓦。", ("6000", "千瓦", "")),
        ("投资2至3千亿元。", ("200000000000-300000000000", "元", "")),
        ("投资8百至1千亿元。", ("80000000000-100000000000", "元", "")),
        ("多开支300至350万元。", ("3000000-3500000", "元", "")),
        ("增长3%-5%。", ("3-5", "%", "")),
        ("增长百分之二到三。", ("2-3", "%", "")),
        ("浪费二、三百亿度。", ("20000000000-30000000000", "度", "")),
        ("修改法律88件次。", ("88", "件次", "")),
        ("共组织1万多人次。", ("10000", "人次", "over")),
        ("每户1万多元。", ("10000", "元", "over")),
        ("不低于5%。", ("5", "%", "over")),
        ("失业率控制在5%以内。", ("5", "%", "under")),
        ("连续四年丰收。", ("4", "年", "")),
        ("新法试行半年，办案1\n23件。", ("123", "件", "")),
        ("安置5000多万农村人口。", ("50000000", "", "over")),
        ("当时只有１ ２ 万 户。", ("120000", "户", "")),
    ],
)
def test_one_figure(text: str, expected: tuple[str, str, str]) -> None:
    value, unit, bound = expected
    low, _, high = value.partition("-")
    found = read(text)
    assert [(q.low, q.high, q.unit, q.bound) for q in found] == [(Decimal(low), Decimal(high or low), unit, bound)]


@pytest.mark.parametrize(
    "text",
    [
        "第六个五年计划自1981年3月5日起执行。",
        "五年来，两个文明一起抓，三农工作有了起色。",
        "九十年代，十三五规划，一带一路，十八大，一国两制。",
        "千方百计，千家万户，一切工作，一方面如此。",
        "浪费几千万吨，来了数十个国家的客人，成千上万。",
        "（一）关于第一百零八条第三款第（二）项。",
        "今后10年内要办好两件大事，坚持三项原则和四个方面。",
        "细颗粒物（PM2.5）与国五标准。",
        "部门不分大小，人民当家作主。",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert read(text) == []


def counted(text: str) -> list[str]:
    return [text[slice(*q.counts)] if q.counts else "" for q in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年城镇新增就业1186万人。", ["城镇新增就业"]),
        ("棉花产量比上年增长5.1%，达到600万吨。", ["棉花产量", "棉花产量"]),
        ("新开放了5个沿江城市、18个省会城市。", ["沿江城市", "省会城市"]),
        ("水泥和化肥分别达到2亿吨和1900万吨。", ["水泥", "化肥"]),
        ("甲厂、乙厂、丙厂的产量分别为1万吨、2万吨、3万吨。", ["甲厂", "乙厂", "丙厂的产量"]),
        ("出口增长20.3%，进口增长24.9%。", ["出口", "进口"]),
        ("安置600多万下岗职工。", ["下岗职工"]),
        ("渔船增加2%，但捕捞率稳定在3%。", ["渔船", "捕捞率"]),
        ("提出了钢产量9万吨的指标。", ["钢产量"]),
        ("使用面积6万平方米。", ["使用面积"]),
    ],
)
def test_what_is_counted(text: str, expected: list[str]) -> None:
    assert counted(text) == expected


def test_change_and_level() -> None:
    text = "产量增长8%；比重提高到20%；税负减少300亿元；新增铁路500公里；物价涨幅3%。"
    assert [q.change for q in read(text)] == ["rise", "", "fall", "rise", "rise"]


def test_the_old_value_beside_a_new_one() -> None:
    text = "赤字由2001年的170亿元、2002年的120亿元，降低到27亿元；总额1000亿元，比上年的900亿元增长11%。"
    assert [q.base for q in read(text)] == [True, True, False, False, True, False]


def test_a_list_shares_its_change() -> None:
    text = "两种排放量分别下降9%和13%。"
    assert [(q.low, q.change) for q in read(text)] == [(9, "fall"), (13, "fall")]


def test_offsets_are_those_of_the_text() -> None:
    text = "前言。产量约１ ２，３\n４５万吨左右。"
    found = quantities(text, 3, len(text))
    assert [text[q.start : q.end] for q in found] == ["约１ ２，３\n４５万吨左右"]
    assert found[0].low == 123450000


def test_what_stands_between_the_spans_is_not_read() -> None:
    text = "产量达到12\n— 7 —\n34万吨。"
    first, second = text.index("\n"), text.index("34")
    found = quantities(text, 0, len(text), [(0, first), (second, len(text))])
    assert [(q.low, q.unit) for q in found] == [(12340000, "吨")]
