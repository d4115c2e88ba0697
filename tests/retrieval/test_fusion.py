"""Two scores become one: orders are kept, and the words count only as far as they were found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcbot.retrieval.fusion import Mixing, Weights, fuse, lexical_weight, normalised
from npcbot.types import Reading

WEIGHTS = Weights(lexical=0.6, low=0.1, high=0.5)
#: Of the size of cosines and BM25 scores; steps that float32 tells apart after scaling.
scores = st.integers(-4000, 4000).map(lambda n: n / 100)
pairs = st.lists(st.tuples(scores, scores), min_size=1, max_size=30).map(lambda rows: np.array(rows, np.float32).T)


@given(pairs, st.integers(1, 40))
def test_normalising_keeps_order_and_ties(sides: np.ndarray, best: int) -> None:
    raw = sides[0]
    made = normalised(raw, best)
    assert made.dtype == np.float32
    assert made.min() >= 0
    assert made.max() <= 1
    order = np.argsort(raw, kind="stable")
    assert (np.diff(made[order]) >= 0).all()
    assert (made[order][1:][np.diff(raw[order]) == 0] == made[order][:-1][np.diff(raw[order]) == 0]).all()


@given(pairs, st.integers(1, 40), st.integers(1, 100), st.integers(-50, 50))
def test_neither_unit_nor_origin_of_a_score_matters(sides: np.ndarray, best: int, unit: int, origin: int) -> None:
    raw = sides[0]
    # Where all that count are level, zero says whether anything was found.
    if np.sort(raw)[::-1][min(best, len(raw)) - 1] < raw.max():
        np.testing.assert_allclose(normalised(raw * unit + origin, best), normalised(raw, best), atol=2e-3)


@pytest.mark.parametrize(
    ("raw", "best", "expected"),
    [
        ([], 5, []),
        ([0.4], 5, [1]),
        ([0.0], 5, [0]),
        ([-0.4], 5, [0]),
        ([2, 2, 2], 5, [1, 1, 1]),
        # Nothing was found on that side: nobody may gain by it.
        ([0, 0, 0], 5, [0, 0, 0]),
        ([1, 3, 2], 5, [0, 1, 0.5]),
        ([4, 0, 3, 2], 3, [1, 0, 0.5, 0]),
    ],
)
def test_normalised(raw: list[float], best: int, expected: list[float]) -> None:
    assert normalised(np.array(raw, np.float32), best).tolist() == expected


@given(pairs, st.floats(0, WEIGHTS.low))
def test_without_coverage_the_order_is_the_dense_one(sides: np.ndarray, coverage: float) -> None:
    dense, lexical = sides
    assert fuse(dense, lexical, coverage, WEIGHTS).tolist() == normalised(dense, 200).tolist()


@given(pairs, st.floats(0, 1))
def test_what_is_better_on_both_sides_is_better(sides: np.ndarray, coverage: float) -> None:
    dense, lexical = sides
    fused = fuse(dense, lexical, coverage, WEIGHTS)
    assert fused.min() >= 0
    assert fused.max() <= 1 + 1e-6
    for i in range(len(dense)):
        worse = (dense <= dense[i]) & (lexical <= lexical[i])
        assert (fused[worse] <= fused[i] + 1e-6).all()


@given(pairs, st.floats(0, 1), st.floats(0, 1), st.data())
def test_statutes_are_ahead_of_what_else_is_as_good(
    sides: np.ndarray, coverage: float, legal: float, data: st.DataObject
) -> None:
    dense, lexical = sides
    marks = st.lists(st.booleans(), min_size=len(dense), max_size=len(dense))
    statutes = np.array(data.draw(marks), np.bool_)
    weights = replace(WEIGHTS, statute=0.2)
    plain = fuse(dense, lexical, coverage, weights, legal=legal)
    fused = fuse(dense, lexical, coverage, weights, legal=legal, statutes=statutes)
    assert fused.min() >= 0
    assert fused.max() <= 1 + 1e-6
    expected = plain + np.where(statutes, 0.2 * legal / (1 + 0.2 * legal), 0)
    np.testing.assert_allclose(fused, expected, atol=1e-5)
    assert (
        fuse(dense, lexical, coverage, weights, statutes=statutes).tolist()
        == fuse(dense, lexical, coverage, WEIGHTS).tolist()
    )


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_lexical_share_grows_with_coverage_up_to_its_weight(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= lexical_weight(low, WEIGHTS) <= lexical_weight(high, WEIGHTS) <= WEIGHTS.lexical


@pytest.mark.parametrize(("coverage", "share"), [(0, 0), (0.1, 0), (0.3, 0.3), (0.5, 0.6), (1, 0.6)])
def test_the_ramp(coverage: float, share: float) -> None:
    assert lexical_weight(coverage, WEIGHTS) == pytest.approx(share)
    fused = fuse(np.array([1, 0], np.float32), np.array([0, 9], np.float32), coverage, WEIGHTS)
    assert fused.tolist() == pytest.approx([1 - share, share])


@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=8),
    st.lists(st.floats(-9, 9), min_size=2, max_size=2),
    st.floats(0, 1),
    st.floats(-99, 99),
)
def test_what_settles_the_first_place_is_not_upset_by_any_reading(
    scores: list[float], read: list[float], share: float, other: float
) -> None:
    mix, fused, readings = Mixing(share, 2.0), sorted(scores, reverse=True), [Reading(score) for score in read]
    if mix.settles(fused, readings):
        first = max(map(mix, fused, readings))
        assert all(mix(score, Reading(other)) <= first for score in fused[2:])


def test_a_lead_that_no_reading_makes_up_for_settles_the_first_place() -> None:
    readings = [Reading(0.0), Reading(0.0)]
    assert Mixing(0.1).settles([0.9, 0.5, 0.4], readings)
    assert not Mixing(0.5).settles([0.8, 0.5, 0.4], readings)
