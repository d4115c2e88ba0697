"""What the encoder is shown, and what is kept of what it learns."""

from __future__ import annotations

import random
from collections.abc import Iterator

import torch
import train_encoder

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


def test_the_weights_are_put_back_part_of_the_way() -> None:
    model = torch.nn.Linear(3, 2)
    start = {name: torch.zeros_like(parameter) for name, parameter in model.named_parameters()}
    learnt = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    train_encoder.move(model, start, 0.25)
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.detach(), learnt[name] / 4)
