"""What is asked for, and where the question asks it."""

from __future__ import annotations

import pytest

from npcbot.retrieval.asking import SIGNS, understand


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("制定了多少部法律？", "number"),
        ("制定了多少部法律？ 何時公布", "date"),
        ("每届任期几年？", "number"),
        ("这部法律哪年开始施行？", "date"),
        ("由谁主持会议？", "person"),
        ("會議在哪裡舉行？", "place"),
        ("为什么要修改选举法？", "cause"),
        ("又称作什么？", "name"),
        ("包括哪些机关？", "list"),
        ("什么是专题询问？", "definition"),
        ("How many laws were made?", "number"),
        ("When does it meet?", "date"),
    ],
)
def test_the_kind_of_answer(question: str, kind: str) -> None:
    assert kind in understand(question).kinds


def test_a_plain_question_asks_for_nothing_special() -> None:
    assert understand("代表建议办理情况").kinds == frozenset()


def test_words_beside_the_interrogative_count_more() -> None:
    asked = understand("常务委员会去年一共听取了多少个专项报告？")
    assert asked.nearness("听取") > asked.nearness("去年") > asked.nearness("常务") > 0
    assert asked.counted == "个"
    assert asked.before == "取了"


def test_a_sign_is_what_the_answer_has_in_it() -> None:
    assert SIGNS["number"].search("修改法律3件")
    assert not SIGNS["number"].search("修改了若干法律")
    assert SIGNS["date"].search("自2021年1月1日起施行")
    assert SIGNS["place"].search("位于北京市") and not SIGNS["place"].search("没有说在何处")
