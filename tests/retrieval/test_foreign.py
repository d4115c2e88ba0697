"""Which questions are about the law of another country, and which are about foreigners and foreign things here."""

from __future__ import annotations

import pytest

from npcbot.folding import fold_text
from npcbot.retrieval.foreign import behind_a_country, law_elsewhere

PASSAGE = "示例法\n第一条 年满二十岁可以结婚，六十岁退休。"


@pytest.mark.parametrize(
    "question",
    [
        "日本的结婚年龄是多少？",
        "在日本，几岁可以结婚？",
        "告诉我日本几岁可以结婚",
        "德国民法典规定的诉讼时效是几年？",
        "德國的訴訟時效",
        "德国的公司法怎么规定董事会",
        "法国的最低工资",
        "美国宪法第二修正案",
        "美国总统的任期是几年",
        "俄罗斯宪法怎么规定总统",
        "新加坡酒驾怎么处罚",
        "泰国大麻合法吗",
        "欧盟的数据保护条例",
        "What is the legal age of marriage in Japan?",
        "What does the German civil code say about limitation?",
        "US Constitution, second amendment",
        "According to Japanese law, when may one marry?",
    ],
)
def test_the_law_of_another_country_is_not_in_a_chinese_one(question: str) -> None:
    assert law_elsewhere(question, PASSAGE)


@pytest.mark.parametrize(
    "question",
    [
        "结婚年龄是多少？",
        # It is about what holds here.
        "在中国的美国公司怎么注册，有什么规定",
        "美国企业在华纳税的规定",
        "日本的判决我国法院承认吗，有什么规定",
        "我在美国结婚，现在财产权归谁",
        "中美贸易的规定",
        # About people and things from there.
        "中国公民与日本人结婚适用什么法律",
        "日本人的结婚年龄",
        "美国籍的人能当法官吗",
        "日本公司的税怎么交",
        "买了日本车坏了能退吗",
        "韩国化妆品过敏谁承担责任，罚多少",
        "日本料理店食物中毒罚多少",
        "从日本进口汽车要交什么税",
        "到美国投资有什么规定",
        "Can an American company own land? Under which law?",
        "Is a contract with Japan under the law valid?",
        # Other words that hold the characters of a country's name.
        "宪法国家机构的规定",
        "立法国务院的权限",
        "道德国家法律",
        "逾期每日本金万分之五违法吗",
        "同日本公司应当承担什么义务",
        "朝鲜族的风俗受什么法律保护",
        "云南非物质文化遗产条例",
        "印度洋公约的规定",
        # Not about law.
        "美国的首都在哪里",
        "What is the capital of France?",
    ],
)
def test_what_is_unclear_counts_as_a_question_about_china(question: str) -> None:
    assert not law_elsewhere(question, PASSAGE)


@pytest.mark.parametrize(
    "said",
    ["同日本国缔结的协议", "《关于日本的决定》", "外国人结婚", "境外机构", "涉外婚姻", "國際條約", "进口货物"],
)
def test_a_passage_about_that_country_or_any_abroad_may_answer(said: str) -> None:
    assert not law_elsewhere("日本的结婚年龄是多少？", f"{PASSAGE}{said}")
    assert not law_elsewhere("What is the legal age of marriage in Japan?", f"{PASSAGE}{said}")


@pytest.mark.parametrize("said", ["同美国缔结的协议", "人口普查"])
def test_a_passage_about_another_country_may_not(said: str) -> None:
    assert law_elsewhere("日本的结婚年龄是多少？", f"{PASSAGE}{said}")


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("德国民法典", True),
        ("德國的《民法典", True),
        ("德国现行民法典", True),
        ("台湾 民法典", True),
        ("台湾地区民法典", True),
        ("俄罗斯联邦民法典", True),
        ("民法典", False),
        ("我国民法典", False),
        ("中国民法典", False),
        ("美国公司劳动民法典", False),
        ("依法国家民法典", False),
        ("每日本民法典", False),
    ],
)
def test_a_name_behind_that_of_a_country(text: str, behind: bool) -> None:
    folded = fold_text(text)
    assert behind_a_country(folded, folded.index("民法典")) is behind
