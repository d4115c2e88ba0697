"""What the encoder is shown, and what is kept of what it learns."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import lessons
import pytest
import teaching
import torch
import train_encoder
import train_reader

LESSON = {
    "source": "stard_lrb",
    "query": "渡口可以擅自撤销吗？",
    "positives": ["第三条 不得擅自撤销渡口。", "第四条 擅自撤销渡口的，处以罚款。"],
    "negatives": [f"第{number}条 渡工应当持证上岗。" for number in range(9)],
}


def triplets(**changed: object) -> Iterator[tuple[str, str, str]]:
    return train_encoder.triplets([LESSON | changed], random.Random(0))


def test_every_article_that_answers_is_shown_but_one_of_the_windows_with_the_same_answer() -> None:
    assert [positive for _, positive, _ in triplets()] == LESSON["positives"]
    assert len(list(triplets(source="cmrc2018_dev"))) == 1


def test_the_nearest_negatives_are_shown_most() -> None:
    chance = random.Random(0)
    shown = [negative for _, _, negative in train_encoder.triplets([LESSON] * 500, chance)]
    counts = [shown.count(negative) for negative in LESSON["negatives"]]
    assert counts[0] == max(counts[:-1])
    assert all(counts)


def test_a_question_without_negatives_is_left_out() -> None:
    assert list(triplets(negatives=[])) == []


def test_no_model_is_shown_what_is_held_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "kept_for_fitting", lambda question: "几" in question)
    asked = [
        LESSON
        | {"source": source, "query": f"{source}：{word}？", "answers": answers, "siblings": [], "records": ["第三条"]}
        for source, answers in (("statutes", []), ("rules", ["罚款"]), ("stard_lrb", []))
        for word in ("渡口有几个", "渡口在哪里")
    ]
    for name, some in (("questions", asked), ("made", [])):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, some)), "utf-8")
    round_ = train_encoder.Round(dict.fromkeys(("statutes", "rules", "stard_lrb"), 1), made=0.0, longest=128, moved=1.0)
    shown = train_encoder.shown(tmp_path, round_, random.Random(0))
    seen = {query for columns in shown.values() for query in columns["anchor"]}
    read = {pair.question for group in train_reader.groups(tmp_path, random.Random(0), {}) for pair in group}
    assert len(seen) == len(read) == 4
    for queries in (seen, read):
        assert {query.split("：")[0] for query in queries if "几" in query or "幾" in query} == {"stard_lrb"}


@pytest.mark.parametrize(("source", "held"), [("statutes", True), ("rules", False), ("cmrc2018_dev", False)])
def test_nothing_is_shown_of_a_statute_s_article_that_is_held_out(
    monkeypatch: pytest.MonkeyPatch, source: str, held: bool
) -> None:
    monkeypatch.setattr(teaching, "kept_for_fitting", lambda text: text == "第三条")
    lesson = LESSON | {"source": source, "answers": ["罚款"], "records": ["第二条", "第三条"]}
    assert teaching.held_out(lesson) is held
    assert not teaching.held_out(lesson | {"records": ["第四条"]})


def test_the_sources_of_a_round_are_sets_that_there_are() -> None:
    named = {name for round_ in train_encoder.ROUNDS for name in round_.times}
    own = {"statutes", "rules", "reports", "encyclopedia"}
    assert named <= {*lessons.SETS, *own, *(f"english_{name}" for name in lessons.SETS)}


def test_the_weights_are_put_back_part_of_the_way() -> None:
    model = torch.nn.Linear(3, 2)
    start = {name: torch.zeros_like(parameter) for name, parameter in model.named_parameters()}
    learnt = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    train_encoder.move(model, start, 0.25)
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.detach(), learnt[name] / 4)
