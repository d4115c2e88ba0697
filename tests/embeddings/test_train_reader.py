"""What the reader is shown, and that it learns from it."""

from __future__ import annotations

import random

import pytest
import torch
import train_reader
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from npcbot.encoders import bundled_folder

WINDOW = "人大工作报告\n立法工作\n五年来一共制定法律四十七部，另有一百一十一件次法律得到修改。"


@pytest.fixture(scope="module")
def tokens() -> Tokenizer:
    return Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))


@pytest.mark.parametrize("answer", ["四十七部", "一百一十一件次", "五年"])
def test_the_tokens_that_hold_an_answer(tokens: Tokenizer, answer: str) -> None:
    start, end = train_reader.place(WINDOW, [answer])
    encoding = tokens.encode("制定了多少？", WINDOW)
    first, last = train_reader.covering(encoding, (start, end))
    assert encoding.offsets[first][0] <= start < end <= encoding.offsets[last][1]
    assert answer in WINDOW[encoding.offsets[first][0] : encoding.offsets[last][1]]
    assert last - first < 8


def test_a_word_of_the_title_is_no_answer() -> None:
    assert train_reader.place(WINDOW, ["工作报告"]) is None


@given(st.integers(0, 10_000), st.integers(0, 99))
def test_one_figure_is_changed_and_nothing_else(figure: int, seed: int) -> None:
    question = f"{figure}年的增长目标"
    other = train_reader.changed(question, random.Random(seed))
    assert other != question
    assert other.endswith("年的增长目标")
    assert len(other) >= len(question)


def test_a_question_without_figures_is_not_changed() -> None:
    assert train_reader.changed("增长目标是多少", random.Random(0)) is None


def test_it_learns(tokens: Tokenizer) -> None:
    """A tiny reader, shown the same again and again, puts the window that answers first, finds the answer, and finds
    none to a question that the window does not answer."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokens.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        pad_token_id=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = train_reader.Reader(BertModel(config, add_pooling_layer=False))
    pair = train_reader.Pair
    question = "制定法律多少部？"
    group = [
        pair(question, WINDOW, 1, train_reader.place(WINDOW, ["四十七部"]), True),
        pair(question, "渡口记\n渡口在镇子的东头。", 0, None, True),
    ]
    batch = train_reader.Batch.of([group, [pair("渡口何时撤销？", WINDOW, 0, None, True)]], tokens)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    first = train_reader.loss_of(model, batch).item()
    for _ in range(60):
        optimizer.zero_grad()
        loss = train_reader.loss_of(model, batch)
        loss.backward()
        optimizer.step()
    assert loss.item() < first / 4
    score, start, end = model(batch.ids, batch.mask)
    assert score[0] > score[1]
    assert (int(start[0].argmax()), int(end[0].argmax())) == tuple(batch.spans[0].tolist())
    assert start[1:].argmax(1).tolist() == [0, 0]
    assert score[2] < 0
