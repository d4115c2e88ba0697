"""Cross-encoders by way of sentence-transformers: a tiny one made here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from npcbot.config import RerankerSettings, load_settings
from npcbot.errors import EncoderError
from npcbot.rerankers import load_reranker

TEXTS = ["常务委员会每两个月举行一次会议。", "公民可以旁听。", "短", "会议公开举行。", "一年六次。"]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RerankerSettings:
    monkeypatch.setenv("NPCBOT_HOME", str(tmp_path))
    return load_settings().reranker


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two layers of random numbers: what it says does not matter, how it is asked does."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(0)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(set("".join(TEXTS) + "多久开会？"))]
    tokenizer = Tokenizer(models.WordLevel({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder = tmp_path_factory.mktemp("model")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    named = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **named).save_pretrained(folder)
    return folder


def test_a_named_model_scores_each_text_before_any_activation(settings: RerankerSettings, tiny: Path) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    reranker = load_reranker(replace(settings, name=str(tiny)))
    assert reranker is not None
    readings = reranker.read("多久开会？", TEXTS)
    expected = CrossEncoder(str(tiny), device="cpu", activation_fn=Identity()).predict(
        [("多久开会？", text) for text in TEXTS]
    )
    assert [reading.score for reading in readings] == pytest.approx([float(value) for value in expected], abs=1e-5)
    assert all(reading.answers == () for reading in readings)
    assert reranker.fingerprint.startswith("st-")
    assert reranker.read("多久开会？", []) == []


def test_when_time_is_up_the_first_have_been_read(settings: RerankerSettings, tiny: Path) -> None:
    reranker = load_reranker(replace(settings, name=str(tiny)))
    assert reranker is not None
    assert 0 < len(reranker.read("多久开会？", TEXTS, 1e-4)) < len(TEXTS)


def test_a_model_that_is_not_there_is_named(settings: RerankerSettings, tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as error:
        load_reranker(replace(settings, name=str(tmp_path / "nowhere")))
    assert "nowhere" in str(error.value)


def test_off(settings: RerankerSettings) -> None:
    assert load_reranker(replace(settings, name="off")) is None
