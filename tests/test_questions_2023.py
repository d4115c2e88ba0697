"""Forty questions of our own on the 2023 report: places are offsets and hashes, the report itself is not here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from material import SHARED

from npcbot.answer import Answer, Answerer
from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.index import Collection, update
from npcbot.retrieval import confidence
from npcbot.retrieval.engine import Engine
from npcbot.types import Document, sha256

CORPUS = SHARED / "corpus"
ASKED = json.loads((Path(__file__).parent / "data" / "questions_2023.json").read_text("utf-8"))
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="shared material absent")


@pytest.fixture(scope="module")
def report() -> Document:
    return read(CORPUS / ASKED["document"], ASKED["document"])


@pytest.fixture(scope="module")
def answerer(report: Document, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    home = tmp_path_factory.mktemp("home")
    settings = load_settings()
    encoder = load_encoder(settings.encoder)
    update(home, "report", [report], encoder=encoder, settings=settings.index)
    calibration = confidence.load(bundled_folder() / confidence.FILE, encoder.fingerprint)
    with Collection.open(home, "report", fingerprint=encoder.fingerprint) as collection:
        yield Answerer(Engine([collection], encoder, calibration), settings.answer)


@pytest.fixture(scope="module")
def answers(answerer: Answerer) -> dict[str, Answer]:
    return {asked["id"]: answerer.ask(asked["question"], 3) for asked in (*ASKED["questions"], *ASKED["unanswerable"])}


def rank(answer: Answer, gold: list[dict[str, Any]]) -> int:
    """Of the first citation that quotes a gold place; 0 where none does."""
    for citation in (*answer.citations, *answer.nearest):
        for start, end in citation.spans:
            if any(place["start"] < end and start < place["end"] for place in gold):
                return citation.rank
    return 0


def marked(answer: Answer, gold: list[dict[str, Any]], text: str) -> bool:
    """Whether what is marked in the first excerpt has the gold words in it."""
    first = (*answer.citations, *answer.nearest)[0]
    lit = "".join(first.excerpt[start:end] for start, end in first.highlights)
    return any("".join(text[place["start"] : place["end"]].split()) in "".join(lit.split()) for place in gold)


def test_the_places_are_those_of_the_report(report: Document) -> None:
    assert sha256(report.text) == ASKED["document_sha256"]
    for asked in ASKED["questions"]:
        for place in asked["gold"]:
            assert sha256(report.text[place["start"] : place["end"]]) == place["sha256"], asked["id"]


def test_the_set_is_what_it_says() -> None:
    languages = [asked["language"] for asked in ASKED["questions"]]
    assert {language: languages.count(language) for language in languages} == {"zh-Hans": 26, "zh-Hant": 7, "en": 7}
    assert len({asked["question"] for asked in (*ASKED["questions"], *ASKED["unanswerable"])}) == 60


def test_the_right_passage_is_first(answers: dict[str, Answer]) -> None:
    """Held to what is reached. The aim is 38 first and all forty among the first three."""
    ranks = {asked["question"]: rank(answers[asked["id"]], asked["gold"]) for asked in ASKED["questions"]}
    later = {question: rank for question, rank in ranks.items() if rank != 1}
    assert len(later) <= 8, later
    assert list(later.values()).count(0) <= 2, later


def test_the_right_sentence_is_marked(answers: dict[str, Answer], report: Document) -> None:
    wrong = [a["question"] for a in ASKED["questions"] if not marked(answers[a["id"]], a["gold"], report.text)]
    assert len(wrong) <= 8, wrong


def test_what_is_far_from_the_report_is_not_answered(answers: dict[str, Answer]) -> None:
    far = [asked for asked in ASKED["unanswerable"] if asked["kind"] == "far"]
    assert [asked["question"] for asked in far if answers[asked["id"]].answered] == []
