"""How sure the answer is: a probability, moved by each feature as its coefficient says, fitted for one encoder only."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcbot.errors import EncoderError
from npcbot.retrieval.confidence import FILE, UNFITTED, Features, Judgement, expanded, load
from npcbot.retrieval.fusion import UNFITTED_MIXINGS, Mixings
from npcbot.retrieval.marking import FEATURES

NAMES = [field.name for field in fields(Features)]
INPUTS = 3 * (len(NAMES) - 1)
NOTHING = Features(**dict.fromkeys(NAMES, 0.0))
PLAIN = {
    "mark": dict.fromkeys(FEATURES, 1.5),
    "mark_foreign": dict.fromkeys(FEATURES, 2.5),
    "intercept": -1,
    "coefficients": list(range(INPUTS)),
}
values = st.floats(-1e6, 1e6)


def calibration(coefficients: list[float], intercept: float = 0.0) -> Judgement:
    return replace(UNFITTED.plain, intercept=intercept, coefficients=tuple(coefficients))


def written(tmp_path: Path, **changed: Any) -> Path:
    """A calibration file for the encoder ``mine``; ``None`` leaves a part out."""
    facts = {
        "encoder": "mine",
        "features": NAMES,
        "fusion": {"lexical": 0.7, "low": 0.1, "high": 0.5},
        "plain": PLAIN,
        "threshold": 0.25,
    } | changed
    path = tmp_path / FILE
    path.write_text(json.dumps({name: value for name, value in facts.items() if value is not None}), "utf-8")
    return path


@given(st.lists(values, min_size=INPUTS, max_size=INPUTS), values, st.builds(Features, *[values] * len(NAMES)))
def test_it_is_a_probability(coefficients: list[float], intercept: float, features: Features) -> None:
    assert 0 < calibration(coefficients, intercept).confidence(features) < 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_feature_moves_it_as_its_coefficient_says(name: str, sign: int) -> None:
    coefficients = [0.0] * INPUTS
    coefficients[NAMES.index(name)] = sign * 2.0
    made = calibration(coefficients)
    assert made.confidence(NOTHING) == 0.5
    low, high = (made.confidence(replace(NOTHING, **{name: value})) for value in (0.25, 0.75))
    assert (0.5 < low < high) if sign > 0 else (0.5 > low > high)


@pytest.mark.parametrize(
    ("kind", "name"), [*(("chinese", name) for name in NAMES[:-1]), *(("legal", name) for name in NAMES[:-2])]
)
def test_features_count_otherwise_in_chinese_and_in_law(kind: str, name: str) -> None:
    products = {"chinese": len(NAMES), "legal": 2 * len(NAMES) - 1}
    coefficients = [0.0] * INPUTS
    coefficients[products[kind] + NAMES.index(name)] = 2.0
    made = calibration(coefficients)
    assert made.confidence(replace(NOTHING, **{name: 1.0})) == 0.5
    assert made.confidence(replace(NOTHING, **{name: 1.0, kind: 1.0})) > 0.5


def test_unfitted_goes_by_the_words_found() -> None:
    assert len(UNFITTED.plain.coefficients) == len(expanded(NOTHING)) == INPUTS
    assert UNFITTED.plain.confidence(replace(NOTHING, dense=1.0, margin=1.0, agree=1.0)) < UNFITTED.threshold
    assert UNFITTED.plain.confidence(replace(NOTHING, coverage=0.8, sentence=0.8)) > UNFITTED.threshold


def test_a_file_for_this_encoder(tmp_path: Path) -> None:
    made = load(written(tmp_path), "mine")
    assert (made.weights.lexical, made.weights.low, made.weights.high) == (0.7, 0.1, 0.5)
    assert set(made.plain.mark.values()) == {1.5}
    assert set(made.plain.mark_foreign.values()) == {2.5}
    assert (made.plain.intercept, made.plain.coefficients, made.threshold) == (-1, tuple(range(INPUTS)), 0.25)
    assert made.judgement("") is made.judgement("any reranker") is made.plain


def test_what_was_fitted_for_a_reranker_is_for_that_one(tmp_path: Path) -> None:
    one, other = Mixings(0.1, 0.3, 0.5, 3), Mixings(0.6, 0.6, 0.6, 1)
    reranker = {**PLAIN, "intercept": 2, "fingerprint": "reader-1"}
    reranker |= {"mixings": asdict(one), "mixings_foreign": asdict(other)}
    made = load(written(tmp_path, reranker=reranker), "mine")
    assert (made.mixings, made.mixings_foreign) == (one, other)
    assert made.judgement("reader-1").intercept == 2
    assert made.judgement("reader-2") is made.judgement("") is made.plain
    assert [made.mixings_for("reader-1", chinese) for chinese in (True, False)] == [one, other]
    assert made.mixings_for("reader-2", True) == made.mixings_for("reader-2", False) == UNFITTED_MIXINGS


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_number_is_no_confidence(name: str) -> None:
    made = calibration([2.0] * INPUTS, 5.0)
    assert made.confidence(NOTHING) > 0.9
    assert made.confidence(replace(NOTHING, **{name: math.nan})) < 1e-9


def test_without_a_file_for_this_encoder_nothing_is_fitted(tmp_path: Path) -> None:
    assert load(tmp_path / FILE, "mine") is UNFITTED
    # Whatever else stands in the file of another encoder.
    assert load(written(tmp_path, features=["dense"], threshold=None), "yours") is UNFITTED


@pytest.mark.parametrize(
    "changed",
    [
        {"encoder": None},
        {"features": NAMES[:-1]},
        {"features": NAMES[::-1]},
        {"fusion": {"lexical": 0.7}},
        {"plain": None},
        {"plain": {**PLAIN, "mark": {"words": 1.0}}},
        {"plain": {name: value for name, value in PLAIN.items() if name != "mark_foreign"}},
        {"plain": {**PLAIN, "coefficients": [1.0] * (INPUTS - 1)}},
        {"plain": {**PLAIN, "coefficients": [*range(INPUTS - 1), "much"]}},
        {"plain": {**PLAIN, "coefficients": 3}},
        {"reranker": {"fingerprint": "reader-1"}},
        {"threshold": None},
    ],
    ids=str,
)
def test_a_broken_file_is_named(tmp_path: Path, changed: dict[str, Any]) -> None:
    path = written(tmp_path, **changed)
    with pytest.raises(EncoderError, match=str(path)):
        load(path, "mine")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'"mine"'])
def test_a_file_that_is_no_object(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(EncoderError, match="cannot be used"):
        load(tmp_path / FILE, "mine")
