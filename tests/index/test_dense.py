"""The fast dense search against plain NumPy over the same vectors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from npcbot.errors import ConfigError, IndexDamaged
from npcbot.index.backend import Entry, Shape
from npcbot.index.local import LocalBackend, LocalSearcher

DIM = 32


def entries(passages: int, seed: int = 0) -> list[Entry]:
    rng = np.random.default_rng(seed)
    made = []
    for row in range(passages):
        count = int(rng.integers(1, 6))
        vectors = rng.standard_normal((count, DIM))
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
        spans = ((0, 100), *((10 * i, 10 * i + 10) for i in range(count - 1)))
        made.append(Entry(row, f"id-{row}", spans, True, lambda row=row: [f"词{row % 7}"], lambda v=vectors: v))
    return made


def built(tmp_path: Path, made: list[Entry], factory: str = "SQfp16") -> LocalSearcher:
    backend = LocalBackend(tmp_path, "test", Shape(DIM, factory, 1.2, 0.75))
    backend.prepare()
    backend.add(made)
    return backend.open()


def brute(made: list[Entry], query: np.ndarray, k: int, allowed: set[int] | None = None):
    scored = []
    for entry in made:
        if allowed is None or entry.row in allowed:
            scores = entry.vectors().astype(np.float32) @ query
            best = 0 if len(scores) == 1 else 1 + int(np.argmax(scores[1:]))
            scored.append((-scores.max(), entry.row, entry.spans[best]))
    scored.sort(key=lambda item: item[:2])
    return scored[:k]


def queries(count: int = 20) -> np.ndarray:
    rng = np.random.default_rng(99)
    vectors = rng.standard_normal((count, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def agree(hits, expected) -> None:
    assert hits.rows.tolist() == [row for _, row, _ in expected]
    np.testing.assert_allclose(hits.scores, [-score for score, *_ in expected], atol=2e-6)
    assert [tuple(span) for span in hits.spans.tolist()] == [span for *_, span in expected]


@pytest.mark.parametrize("factory", ["SQfp16", "Flat", "IVF8,Flat;nprobe=8"])
def test_dense_is_brute_force(tmp_path: Path, factory: str) -> None:
    made = entries(300)
    searcher = built(tmp_path, made, factory)
    narrow = set(range(20, 200, 3))
    mask = np.zeros(300, dtype=bool)
    mask[list(narrow)] = True
    for query in queries():
        agree(searcher.dense(query, 10), brute(made, query, 10))
        agree(searcher.dense(query, 10, mask), brute(made, query, 10, narrow))
        agree(searcher.dense(query, 10, np.array(sorted(narrow))), brute(made, query, 10, narrow))


@pytest.mark.parametrize("factory", ["Lead8,SQfp16", "Lead8,IVF8,Flat;nprobe=8"])
def test_the_first_dimensions_are_searched_as_if_there_were_no_others(tmp_path: Path, factory: str) -> None:
    made = entries(200)
    searcher = built(tmp_path, made, factory)
    assert searcher.differences(made) == []

    def short(vectors: np.ndarray) -> np.ndarray:
        kept = vectors[..., :8].astype(np.float32)
        return kept / np.linalg.norm(kept, axis=-1, keepdims=True)

    shorter = [replace(entry, vectors=lambda entry=entry: short(entry.vectors())) for entry in made]
    for query in queries():
        hits, expected = searcher.dense(query, 10), brute(shorter, short(query), 10)
        np.testing.assert_allclose(hits.scores, [-score for score, *_ in expected], atol=2e-3)
        assert len(set(hits.rows.tolist()) & {row for _, row, _ in expected}) >= 8
        np.testing.assert_allclose(searcher.score(query, hits.rows).scores, hits.scores, atol=2e-3)


@pytest.mark.parametrize("factory", ["IVF8,SQfp16", "HNSW16,Flat;efSearch=128", "PCA16,Flat", "SQ8"])
def test_other_factories_can_be_searched_and_narrowed(tmp_path: Path, factory: str) -> None:
    made = entries(300)
    searcher = built(tmp_path, made, factory)
    found = 0
    for query in queries():
        expected = {row for _, row, _ in brute(made, query, 10)}
        found += len(expected & set(searcher.dense(query, 10).rows.tolist()))
        assert set(searcher.dense(query, 5, np.array([3, 4, 250])).rows.tolist()) == {3, 4, 250}
    assert found >= (180 if "=" in factory or factory == "SQ8" else 40)


def test_more_asked_for_than_there_is(tmp_path: Path) -> None:
    made = entries(5)
    searcher = built(tmp_path, made)
    query = queries(1)[0]
    agree(searcher.dense(query, 1000), brute(made, query, 5))
    assert len(searcher.dense(query, 1000, np.array([1, 3])).rows) == 2
    assert len(searcher.dense(query, 0).rows) == 0
    assert len(searcher.dense(query, 10, np.zeros(5, dtype=bool)).rows) == 0


def test_many_windows_of_one_passage_do_not_crowd_out_others(tmp_path: Path) -> None:
    query = queries(1)[0]
    crowd = np.repeat(query[None], 500, axis=0).astype(np.float16)
    made = [Entry(0, "id-0", ((0, 500), *((i, i + 1) for i in range(499))), True, list, lambda: crowd)]
    for entry in entries(20, seed=1):
        made.append(Entry(entry.row + 1, f"id-{entry.row + 1}", entry.spans, True, list, entry.vectors))
    agree(built(tmp_path, made).dense(query, 8), brute(made, query, 8))


def test_scores_of_chosen_rows_keep_their_order(tmp_path: Path) -> None:
    made = entries(50)
    searcher = built(tmp_path, made)
    query = queries(1)[0]
    best = {row: (-score, span) for score, row, span in brute(made, query, 50)}
    rows = np.array([40, 3, 17, 3])
    hits = searcher.score(query, rows)
    assert hits.rows.tolist() == rows.tolist()
    np.testing.assert_allclose(hits.scores, [best[row][0] for row in rows], atol=2e-6)
    assert [tuple(span) for span in hits.spans.tolist()] == [best[row][1] for row in rows]
    assert len(searcher.score(query, np.array([], dtype=np.int64)).rows) == 0


def test_an_empty_index_answers_with_nothing(tmp_path: Path) -> None:
    searcher = built(tmp_path, [])
    assert searcher.n == 0
    assert len(searcher.dense(queries(1)[0], 10).rows) == 0
    assert len(searcher.lexical(["词1"], 10)[0]) == 0
    assert searcher.differences([]) == []


@pytest.mark.parametrize(
    "factory",
    ["Nonsense", "IVF4096,SQfp16", "SQfp16;nprobe=4", "PQ7", "Lead0,SQfp16", "Lead8", "Lead999,SQfp16"],
)
def test_a_factory_that_cannot_work_is_named(tmp_path: Path, factory: str) -> None:
    with pytest.raises(ConfigError, match=factory.split(";")[0]):
        built(tmp_path, entries(20), factory)


def test_differences_are_found(tmp_path: Path) -> None:
    made = entries(30)
    searcher = built(tmp_path, made)
    assert searcher.differences(made) == []
    moved = [replace(entry, vectors=made[7].vectors) if entry.row == 6 else entry for entry in made]
    assert any("vectors" in line for line in searcher.differences(moved))
    assert any("29" in line for line in searcher.differences(made[:29]))


def test_a_broken_table_of_windows_is_refused(tmp_path: Path) -> None:
    built(tmp_path, entries(10))
    table = np.load(tmp_path / "windows.npy")
    table[3, 0] = 9
    np.save(tmp_path / "windows.npy", table)
    with pytest.raises(IndexDamaged, match="windows"):
        LocalSearcher(tmp_path, "test")
    (tmp_path / "vectors.faiss").write_bytes(b"no index at all")
    with pytest.raises(IndexDamaged, match="FAISS"):
        LocalSearcher(tmp_path, "test")
