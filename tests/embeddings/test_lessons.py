"""Pairs made from documents by their structure."""

from __future__ import annotations

import random
from pathlib import Path

import lessons

LAW = """# 样本市渡口管理条例

（2020年3月1日样本市人民代表大会常务委员会通过）

## 第一章 总则

第一条 本条例所称渡口，是指供旅客上下船舶的场所及其附属设施。

第二条 渡口的设置由县级人民政府审批；撤销渡口的，依照本条例第三条的规定办理，并且向社会公布理由和日期。

第三条 任何单位和个人不得擅自撤销渡口。确需撤销的，应当举行听证，听取沿岸居民和渡工的意见，并报市人民政府备案。

## 第二章 法律责任

第四条 违反本条例规定，擅自设置渡口的，由县级人民政府责令改正，处二千元以上一万元以下的罚款。
"""


def made(tmp_path: Path) -> list[lessons.Lesson]:
    (tmp_path / "条例(2020-03-01).md").write_text(LAW, "utf-8")
    return list(lessons.self_supervised(tmp_path, 120, random.Random(0)))


def test_questions_by_template_are_answered_by_their_window(tmp_path: Path) -> None:
    asked = {lesson.query: lesson.positives[0] for lesson in made(tmp_path) if lesson.source == "asked"}
    (definition,) = [query for query in asked if "渡口" in query and ("什么" in query or "定义" in query)]
    assert "附属设施" in asked[definition]
    (penalty,) = [query for query in asked if query.startswith(("擅自设置渡口", "如果擅自设置渡口"))]
    assert "二千元" in asked[penalty]


def test_an_article_leads_to_the_one_that_it_cites(tmp_path: Path) -> None:
    (cited,) = [lesson for lesson in made(tmp_path) if lesson.source == "cited"]
    assert "撤销渡口的" in cited.query
    assert "第三条" not in cited.query
    assert "不得擅自撤销" in cited.positives[0]


def test_english_questions_name_what_few_windows_have() -> None:
    windows = ["村里修了一座桥。"] * 200 + ["消费者可以请求赔偿。", "野生动物不得买卖，消费者应当知道。"]
    found = list(lessons.in_english(windows, random.Random(0)))
    assert {lesson.positives[0] for lesson in found} <= set(windows[200:])
    assert any("wildlife" in lesson.query and "consumer" in lesson.query for lesson in found)


def test_a_figure_of_the_year_before_is_asked_for_with_that_year(tmp_path: Path) -> None:
    head = "# 政府工作报告\n\n（2020年5月22日在样本市人民代表大会会议上）"
    told = f"{head}\n\n## 一、2019年工作回顾\n\n全市渡口数量达到120个。\n"
    (tmp_path / "样本市政府工作报告(2020-05-22).md").write_text(told, "utf-8")
    found = [
        lesson.query
        for seed in range(20)
        for lesson in lessons.self_supervised(tmp_path, 120, random.Random(seed))
        if lesson.source == "figure"
    ]
    assert any(query.startswith("2019年") for query in found)
    assert not any("2020" in query for query in found)
