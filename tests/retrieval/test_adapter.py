"""The query adapter: what it does to a vector, when it is left alone, and the one that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcbot.config import load_settings
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.errors import EncoderError
from npcbot.retrieval import adapter, confidence
from npcbot.retrieval.adapter import QueryAdapter
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Mode

DIM = 8
LEGAL = ("房东不退押金怎么办？", "公司没签合同就把我辞退了，要赔多少钱？", "邻居家的狗咬了人谁负责？")
GENERAL = ("珠穆朗玛峰有多高？", "这部小说的作者是谁？", "球队在哪一年赢得冠军？")


def made(seed: int = 0, gate_shift: float = 0.0) -> QueryAdapter:
    random = np.random.default_rng(seed)
    draw = random.standard_normal((DIM, DIM)).astype(np.float32) * 0.3
    shift, gate = (random.standard_normal(DIM).astype(np.float32) for _ in range(2))
    return QueryAdapter(draw, shift, gate, gate_shift)


def unit(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).standard_normal(DIM).astype(np.float32)
    return vector / np.linalg.norm(vector)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_is_what_its_formula_says(one: int, other: int) -> None:
    adapted, vector = made(one), unit(other)
    chance = 1 / (1 + np.exp(-np.dot(vector.astype(float), adapted.gate)))
    moved = vector + chance * (adapted.matrix.T.astype(float) @ vector + adapted.shift)
    result = adapted(vector)
    np.testing.assert_allclose(result, moved / np.linalg.norm(moved), atol=1e-5)
    assert result.dtype == np.float32
    assert 0 <= adapted.legal(vector) <= 1


def test_a_shut_gate_leaves_the_question_alone() -> None:
    vector = unit(3)
    np.testing.assert_allclose(made(gate_shift=-60.0)(vector), vector, atol=1e-6)


def test_comes_back_from_its_file_for_its_encoder_only(tmp_path: Path) -> None:
    path, kept, vector = tmp_path / adapter.FILE, made(), unit(1)
    adapter.save(path, "encoder-a", kept)
    loaded = adapter.load(path, "encoder-a")
    assert loaded is not None
    np.testing.assert_allclose(loaded(vector), kept(vector), atol=1e-3)
    assert adapter.load(path, "encoder-b") is None
    assert adapter.load(tmp_path / "none.npz", "encoder-a") is None


@pytest.mark.parametrize("damage", ["cut", "text", "shape", "lacking"])
def test_a_broken_file_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / adapter.FILE
    adapter.save(path, "encoder-a", made())
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:200])
    elif damage == "text":
        path.write_text("no archive")
    elif damage == "shape":
        whole = made()
        adapter.save(path, "encoder-a", QueryAdapter(whole.matrix[:4], whole.shift, whole.gate, 0.0))
    else:
        np.savez(path, encoder=np.array("encoder-a"))
    with pytest.raises(EncoderError, match=adapter.FILE):
        adapter.load(path, "encoder-a")


def test_the_shipped_one_moves_legal_questions_in_chinese_and_no_others() -> None:
    encoder = load_encoder(load_settings().encoder)
    calibration = confidence.load(bundled_folder() / confidence.FILE, encoder.fingerprint)
    assert calibration.adapter is not None
    engine = Engine([], encoder, calibration)
    assert min(engine.query(question).legal for question in LEGAL) > 0.5
    assert max(engine.query(question).legal for question in GENERAL) < 0.3
    for question, mode in ((LEGAL[0], Mode.DENSE), ("What may a tenant do when the deposit is kept?", Mode.HYBRID)):
        query = engine.query(question, mode)
        assert query.legal == 0
        np.testing.assert_array_equal(query.vector, encoder.encode_queries([question])[0])
