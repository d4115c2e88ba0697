"""Pairs made from documents by their structure."""

from __future__ import annotations

import random
from pathlib import Path

import lessons
from fakes import FakeEncoder
from riverside import engine

from npcbot.config import load_settings
from npcbot.evaluation import beir
from npcbot.evaluation.measure import indexed
from npcbot.terminal.indexing import ProgressLine
from npcbot.types import Document, Kind

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


FERRY = (
    "渡口应当在汛期停航，停航的日子由渡工在两岸的码头张贴告示，写明恢复开船的钟点，并且告诉沿岸的村子。"
    "牲口和马车另外买船票，挑夫和学生不必付钱，船票的价目每年春天由镇上议定，贴在候船的棚子里面。"
    "渡船上备有竹篙、缆绳和救生的木板，船底每年冬天拖上岸来刷一遍桐油，漏水的船在修好以前不得载客。"
    "候船的棚子由两岸的村子轮流打扫，冬天生一个炭炉，夏天备一缸凉茶，过路的人都可以在里面歇脚避雨。"
    "渡工每年秋天由镇上考核一次，考核不合格的，停止驾船三个月，期满以后还可以再来参加一次考核。"
)


def mined(tmp_path: Path, name: str, *answers: str) -> lessons.Lesson:
    records = [Document("渡口", FERRY, "渡口", Kind.LAW), Document("磨坊", "磨坊秋天才开磨。", "磨坊", Kind.LAW)]
    asked = {"q": "考核不合格的渡工停止驾船多久？"}
    dataset = beir.Dataset(name, tuple(records), asked, {"q": {"渡口": 1}}, {"q": answers} if answers else {})
    encoder = FakeEncoder(dim=256)
    with indexed(tmp_path, dataset, encoder, load_settings(), ProgressLine()) as collection:
        (lesson,) = lessons.mined(dataset, engine(collection, encoder=encoder), load_settings().index.window)
    return lesson


def test_the_windows_that_hold_the_answer_are_told_from_the_others_of_their_passage(tmp_path: Path) -> None:
    lesson = mined(tmp_path, "statutes", "停止驾船三个月")
    assert lesson.positives
    assert lesson.siblings
    assert all("停止驾船三个月" in window for window in lesson.positives)
    assert not any("停止驾船三个月" in window for window in lesson.siblings)
    assert lesson.answers == ["停止驾船三个月"]
    assert lesson.records == ["渡口"]


def test_an_answer_that_no_window_holds_is_not_quoted(tmp_path: Path) -> None:
    lesson = mined(tmp_path, "statutes", FERRY)
    assert lesson.answers == []
    assert len(lesson.positives) == 1


def test_advice_is_no_quotation(tmp_path: Path) -> None:
    assert mined(tmp_path, lessons.LAWS, "停止驾船三个月").answers == []
