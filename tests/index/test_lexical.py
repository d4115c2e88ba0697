import math
import random
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from npcbot.errors import IndexDamaged
from npcbot.index.lexical import LexicalIndex, shared_idf
from npcbot.index.tokens import weight

VOCABULARY = [f"词{i}" for i in range(40)] + [f"_字{i}" for i in range(40)]


def passages(n: int, seed: int) -> list[list[str]]:
    chance = random.Random(seed)
    weights = [1 / (i % 40 + 1) for i in range(len(VOCABULARY))]
    return [chance.choices(VOCABULARY, weights, k=chance.randrange(0, 30)) for _ in range(n)]


def plain_bm25(
    question: list[str], lists: list[list[str]], k1: float, b: float, idf: dict[str, float] | None = None
) -> list[float]:
    """Robertson & Zaragoza 2009, in the "lucene" variant of Kamphuis et al. 2020."""
    n, average = len(lists), sum(map(len, lists)) / len(lists)
    scores = []
    for tokens in lists:
        counts, score = Counter(tokens), 0.0
        for token in question:
            df = sum(token in other for other in lists)
            own = math.log(1 + (n - df + 0.5) / (df + 0.5))
            tf = counts[token]
            factor = weight(token) * (own if idf is None else idf[token])
            score += factor * tf / (tf + k1 * (1 - b + b * len(tokens) / average))
        scores.append(score)
    return scores


@pytest.mark.parametrize(("k1", "b"), [(1.2, 0.75), (0.9, 0.4), (2.0, 0.0)])
def test_scores_are_those_of_the_plain_formula(tmp_path: Path, k1: float, b: float) -> None:
    lists = passages(120, 1)
    index = LexicalIndex.build(lists, tmp_path, k1=k1, b=b)
    for question in (["词1"], ["词0", "词7", "_字3", "_字3", "unknown"], VOCABULARY):
        np.testing.assert_allclose(index.scores(question), plain_bm25(question, lists, k1, b), rtol=2e-5, atol=1e-6)


def test_search_orders_by_score_then_row_and_stops_at_k(tmp_path: Path) -> None:
    lists = passages(200, 2)
    index = LexicalIndex.build(lists, tmp_path)
    question = ["词2", "词3", "_字2"]
    scores = index.scores(question)
    expected = sorted(np.flatnonzero(scores).tolist(), key=lambda row: (-scores[row], row))
    for k in (0, 1, 7, 199, 10_000):
        rows, values = index.search(question, k)
        assert rows.tolist() == expected[:k]
        assert rows.dtype == np.int64
        assert values.dtype == np.float32
        np.testing.assert_array_equal(values, scores[rows])


def test_equal_scores_come_in_the_order_of_rows_even_at_the_cut(tmp_path: Path) -> None:
    index = LexicalIndex.build([["法律"]] * 50 + [["其他"]], tmp_path)
    assert index.search(["法律"], 5)[0].tolist() == [0, 1, 2, 3, 4]


def test_rows_narrow_the_search_as_mask_or_numbers(tmp_path: Path) -> None:
    index = LexicalIndex.build([["法律", "草案"], ["法律"], ["草案"], ["法律"]], tmp_path)
    mask = np.array([False, True, True, False])
    assert index.search(["法律"], 9, rows=mask)[0].tolist() == [1]
    assert sorted(index.search(["法律"], 9, rows=np.array([0, 3]))[0].tolist()) == [0, 3]
    assert index.search(["法律"], 9, rows=np.array([], dtype=np.int64))[0].tolist() == []


@pytest.mark.parametrize("question", [[], ["unknown"]])
def test_a_question_without_known_tokens_finds_nothing(tmp_path: Path, question: list[str]) -> None:
    rows, scores = LexicalIndex.build([["法律"], []], tmp_path).search(question, 5)
    assert (len(rows), len(scores)) == (0, 0)


@pytest.mark.parametrize("lists", [[], [[]], [[], []]])
def test_an_empty_index_opens_and_finds_nothing(tmp_path: Path, lists: list[list[str]]) -> None:
    index = LexicalIndex.build(lists, tmp_path)
    assert index.n == len(lists)
    assert index.search(["法律"], 5)[0].tolist() == []
    assert index.coverage(["法律"], np.arange(len(lists))).tolist() == [0.0] * len(lists)
    assert index.document_frequency(["法律"]).tolist() == [0]


def test_several_collections_score_with_one_idf(tmp_path: Path) -> None:
    lists = [passages(80, 3), passages(10, 4)]
    parts = [LexicalIndex.build(part, tmp_path / str(i)) for i, part in enumerate(lists)]
    question = ["词0", "词20", "_字1", "unknown"]
    idf = shared_idf(parts, question)
    whole = LexicalIndex.build(lists[0] + lists[1], tmp_path / "whole")
    assert idf == shared_idf([whole], question)
    for part, index in zip(lists, parts, strict=True):
        np.testing.assert_allclose(
            index.scores(question, idf=idf), plain_bm25(question, part, 1.2, 0.75, idf), rtol=2e-5, atol=1e-6
        )


def test_a_tiny_collection_gets_no_perfect_hit(tmp_path: Path) -> None:
    large = LexicalIndex.build([["法律", f"词{i}"] for i in range(100)], tmp_path / "large")
    tiny = LexicalIndex.build([["法律", "词"], ["词"]], tmp_path / "tiny")
    question = ["法律"]
    assert tiny.search(question, 1)[1][0] > 10 * large.search(question, 1)[1][0]
    idf = shared_idf([large, tiny], question)
    assert tiny.search(question, 1, idf=idf)[1][0] < 2 * large.search(question, 1, idf=idf)[1][0]


def test_coverage_is_the_idf_weighted_share_of_the_questions_tokens(tmp_path: Path) -> None:
    lists = passages(60, 5)
    index = LexicalIndex.build(lists, tmp_path)
    question = ["词0", "词0", "词9", "_字4", "unknown"]
    idf = shared_idf([index], question)
    shares = {t: idf[t] * weight(t) for t in question}
    expected = [sum(shares[t] for t in shares if t in tokens) / sum(shares.values()) for tokens in lists]
    rows = np.array([59, 0, 3, 17])
    np.testing.assert_allclose(index.coverage(question, rows), np.array(expected)[rows], rtol=1e-6)
    np.testing.assert_allclose(index.coverage(question, rows, idf=idf), np.array(expected)[rows], rtol=1e-6)
    assert index.coverage(["unknown"], rows).tolist() == [0, 0, 0, 0]
    assert index.coverage([], rows).tolist() == [0, 0, 0, 0]


def test_document_frequencies_are_counts_of_passages(tmp_path: Path) -> None:
    index = LexicalIndex.build([["法律", "法律"], ["法律"], ["草案"]], tmp_path)
    assert index.document_frequency(["法律", "草案", "unknown"]).tolist() == [2, 1, 0]


def test_the_index_is_plain_files_and_the_same_each_time(tmp_path: Path) -> None:
    lists = passages(50, 6)
    for name in ("one", "two"):
        LexicalIndex.build(iter(lists), tmp_path / name)
    names = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert names == ["data.npy", "indices.npy", "indptr.npy", "keys.npy", "lexical.json"]
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in names)


@pytest.mark.parametrize("name", ["data.npy", "indices.npy", "indptr.npy", "keys.npy", "lexical.json"])
def test_a_missing_or_cut_file_is_named_as_damage(tmp_path: Path, name: str) -> None:
    LexicalIndex.build(passages(20, 7), tmp_path / "index")
    for content in (None, b"", b"x", (tmp_path / "index" / name).read_bytes()[:-9]):
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(tmp_path / "index", copy)
        (copy / name).unlink()
        if content is not None:
            (copy / name).write_bytes(content)
        with pytest.raises(IndexDamaged, match="lexical index"):
            LexicalIndex.open(copy)


def test_an_open_index_outlives_its_files(tmp_path: Path) -> None:
    lists = passages(500, 8)
    index = LexicalIndex.build(lists, tmp_path)
    before = index.scores(VOCABULARY)
    assert LexicalIndex.build([["法律"]], tmp_path).n == 1
    np.testing.assert_array_equal(index.scores(VOCABULARY), before)
