"""Encoders by way of sentence-transformers: the bundled folder, and a tiny model made here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from npcbot.config import EncoderSettings, load_settings
from npcbot.encoders import BundledEncoder, bundled_folder, load_encoder
from npcbot.errors import EncoderError

TEXTS = ["常务委员会每两个月举行一次会议。", "Laws are published in the gazette.", "短"]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EncoderSettings:
    monkeypatch.setenv("NPCBOT_HOME", str(tmp_path))
    return load_settings().encoder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random words: what it says does not matter, how it is asked does."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    characters = sorted(set("".join(TEXTS) + "query: passage: 问答：") - {" "})
    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(["?", *characters])}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    weights = np.random.default_rng(0).normal(size=(len(characters) + 1, 16)).astype(np.float32)
    folder = tmp_path_factory.mktemp("model")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(str(folder))
    return folder


def test_the_bundled_folder_opens_as_a_sentence_transformer() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(bundled_folder()), device="cpu")
    light = BundledEncoder(bundled_folder())
    assert np.abs(model.encode_query(TEXTS) - light.encode_queries(TEXTS)).max() < 1e-6
    assert np.abs(model.encode_document(TEXTS) - light.encode_passages(TEXTS)).max() < 1e-6
    assert np.abs(model.encode(TEXTS, prompt_name="passage") - light.encode_passages(TEXTS)).max() < 1e-6


def test_a_saved_copy_gives_the_same(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(str(bundled_folder()), device="cpu").save(str(tmp_path))
    again = SentenceTransformer(str(tmp_path), device="cpu").encode_query(TEXTS)
    assert np.abs(again - BundledEncoder(bundled_folder()).encode_queries(TEXTS)).max() < 1e-6


def test_a_named_model_gives_unit_rows(settings: EncoderSettings, tiny: Path) -> None:
    encoder = load_encoder(replace(settings, name=str(tiny)))
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, encoder.dim) == (3, 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode_queries([]).shape == (0, 16)


def test_prompts_are_the_settings(settings: EncoderSettings, tiny: Path) -> None:
    plain = replace(settings, name=str(tiny), query_prompt="", passage_prompt="")
    prompted = replace(plain, query_prompt="问：", passage_prompt="答：")
    bare, asked = load_encoder(plain), load_encoder(prompted)
    assert np.abs(bare.encode_queries(["问：" + TEXTS[0]]) - asked.encode_queries(TEXTS[:1])).max() < 1e-6
    assert np.abs(bare.encode_passages(["答：" + TEXTS[0]]) - asked.encode_passages(TEXTS[:1])).max() < 1e-6
    assert bare.fingerprint != asked.fingerprint


def test_a_model_that_is_not_there_is_named(settings: EncoderSettings, tmp_path: Path) -> None:
    with pytest.raises(EncoderError) as error:
        load_encoder(replace(settings, name=str(tmp_path / "nowhere"))).encode_queries(["问"])
    assert "nowhere" in str(error.value)
