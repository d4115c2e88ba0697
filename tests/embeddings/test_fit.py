"""What the confidence is fitted on, and which questions the reader was not shown."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from types import SimpleNamespace
from typing import Any

import fit
import fit_judging
import numpy as np
import pytest

from npcbot.evaluation import beir
from npcbot.retrieval.confidence import Features, expanded
from npcbot.retrieval.found import Mode
from npcbot.types import Document, Kind

NOTHING = Features(**{feature.name: 0.0 for feature in fields(Features)})


def dataset(name: str, **queries: str) -> beir.Dataset:
    record = Document(f"{name}1", "渡船每半个钟头开一班。", "渡口", Kind.OTHER)
    return beir.Dataset(name, (record,), queries, {of: {record.document_id: 1} for of in queries}, {})


@dataclass
class Listening:
    """An engine that keeps what it is asked; everything has the same features, and the same first hit."""

    first: str = ""
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def search(self, question: str, k: int, *, without: frozenset[int] = frozenset(), **options: Any) -> Any:
        self.asked.append((question, bool(without)))
        return SimpleNamespace(features=NOTHING, hits=[SimpleNamespace(info=SimpleNamespace(document_id=self.first))])

    @property
    def collections(self) -> list[Any]:
        info = SimpleNamespace(first_row=0, end_row=1)
        return [SimpleNamespace(info=lambda _: info, same_text=lambda _: [])]


def test_unanswerable_questions_are_of_three_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_judging, "NEAR", ("a",))
    monkeypatch.setattr(fit_judging, "CHANGED", ("a", "b"))
    monkeypatch.setattr(fit_judging, "PAIRS", (("a", "b"), ("b", "c"), ("c", "a")))
    sets = {"a": dataset("a", q1="1998年有几艘渡船？", q2="多久一班？"), "b": dataset("b", q3="2003年修桥了吗？")}
    engines: dict[str, Any] = {"a": Listening(), "b": Listening()}
    rows = fit_judging.asked(sets, {**sets, "c": dataset("c", q4="谁看守灯塔？")}, engines, Mode.FUSED)
    kinds = [kind for kind, *_ in rows]
    counts = {"a": 2, "a near": 2, "a changed": 1, "b": 1, "b changed": 1, "a ? b": 1, "b ? c": 1}
    assert {kind: kinds.count(kind) for kind in kinds} == counts
    assert {kind for kind, label, *_ in rows if label} == {"a", "b"}
    assert ("多久一班？", True) in engines["a"].asked
    assert ("2003年修桥了吗？", False) in engines["a"].asked
    assert [question for question, _ in engines["b"].asked][-1] == "谁看守灯塔？"


def test_an_article_that_is_not_gold_may_answer_a_question_of_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_judging, "SEVERAL", ("law",))
    sets = {name: dataset(name, q1="渡船何时停航？") for name in ("law", "other")}
    engines: dict[str, Any] = {"law": Listening(first="law2"), "other": Listening(first="other2")}
    assert [kind for kind, *_ in fit_judging.asked(sets, sets, engines, Mode.FUSED)] == ["other"]
    engines["law"].first = "law1"
    assert [kind for kind, *_ in fit_judging.asked(sets, sets, engines, Mode.FUSED)] == ["law", "other"]


def test_one_half_is_where_so_many_of_each_sort_of_question_are_answered() -> None:
    chance = np.random.default_rng(0)
    rows: list[fit_judging.Row] = []
    for name, chinese, legal in (("xquad_zh", 1.0, 0.0), ("xquad_en2zh", 0.0, 0.0), ("stard_lrb", 1.0, 1.0)):
        for label, kind in ((1, name), (0, f"{name} near")):
            for number in range(200):
                values = dict(
                    zip((feature.name for feature in fields(Features)), chance.normal(label, 1, 15), strict=True)
                )
                rows.append((kind, label, number % 2, Features(**values | {"chinese": chinese, "legal": legal})))
    intercept, coefficients, told = fit_judging.fit_confidence(rows)
    for name, share in zip(("xquad_zh", "xquad_en2zh", "stard_lrb"), fit_judging.ANSWERED, strict=True):
        mine = [row for row in rows if row[0] == name and row[2] == 0]
        answered = [intercept + np.dot(expanded(row[3]), coefficients) >= 0 for row in mine]
        assert np.mean(answered) == pytest.approx(share, abs=0.01)
        assert told[f"answered {name}"] == pytest.approx(share, abs=0.12)


def test_a_question_shown_in_another_language_is_no_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "rows", lambda _: [["q1", "one"], ["q2", "two"], ["q3", "three"], ["elsewhere", "four"]])
    monkeypatch.setattr(fit, "kept_for_fitting", lambda question: question in {"一", "二", "four", "三", "three", "孤"})
    sets = {"zh": dataset("zh", q1="一", q2="二", q3="三", q4="孤", q5="见过")}
    sets["en"] = replace(sets["zh"], name="en", queries={"e1": "one", "e2": "two", "e3": "three"})
    unread = fit.not_shown({"zh": sets["zh"]})
    assert [question for some in sets.values() for question in some.queries.values() if unread(question)] == [
        "三",
        "孤",
        "three",
    ]
