"""How lessons are shown to both trainings."""

from __future__ import annotations

import random

import pytest
import teaching

LESSON = {
    "source": "stard_lrb",
    "query": "渡口可以擅自撤销吗？",
    "positives": ["第三条 不得擅自撤销渡口。", "第四条 擅自撤销渡口的，处以罚款。"],
}


def test_one_lesson_in_so_many_is_in_the_traditional_script_from_end_to_end() -> None:
    chance = random.Random(0)
    shown = [teaching.in_either_script(LESSON, chance) for _ in range(1000)]
    other = [lesson for lesson in shown if lesson != LESSON]
    assert len(other) == pytest.approx(1000 * teaching.TRADITIONAL, rel=0.3)
    assert {lesson["query"] for lesson in other} == {"渡口可以擅自撤銷嗎？"}
    assert {lesson["positives"][0] for lesson in other} == {"第三條 不得擅自撤銷渡口。"}
