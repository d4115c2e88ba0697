"""Plan or outcome, told from invented words before and behind a figure."""

from __future__ import annotations

import pytest

from npcbot.lookups.telling import is_target

TASKS, REVIEW = "二、今年主要任务", "一、去年工作回顾"


@pytest.mark.parametrize(
    ("before", "behind", "section"),
    [
        ("今年鱼产量要达到", "。", ""),
        ("鱼产量", "。", TASKS),
        ("今年拟安排缺口10万元，比去年增加2万元，缺口率从去年的1.1%提高到", "。", ""),
        ("鱼产量将要达到90万斤，比1996年增长", "，盐产量不变。", ""),
        ("鱼产量到2000年比1980年增长", "。", ""),
        ("会上讨论了今年的任务，提出了鱼产量", "、盐产量两万吨的两项指标。", ""),
        ("盐产量增长2%，低于", "的预期目标。", REVIEW),
        ("全镇没有实现耗电量降低", "、排污量减少2%等目标。", REVIEW),
    ],
)
def test_a_plan(before: str, behind: str, section: str) -> None:
    assert is_target(before, behind, section, 1997)


@pytest.mark.parametrize(
    ("before", "behind", "section"),
    [
        ("去年鱼产量", "。", ""),
        ("鱼产量", "。", REVIEW),
        ("鱼产量达到", "，创历史新高。", TASKS),
        ("鱼产量30万斤，完成年度计划的102%，比1995年增长", "。", REVIEW),
        ("1996年鱼产量由1990年的20万斤增加到", "。", TASKS),
        ("提前完成了鱼产量", "的目标。", ""),
        ("镇里减少", "收费项目的目标提前实现。", REVIEW),
        ("计划列入的四十种产品中，已有", "提前达到去年的指标。", REVIEW),
    ],
)
def test_an_outcome(before: str, behind: str, section: str) -> None:
    assert not is_target(before, behind, section, 1997)
