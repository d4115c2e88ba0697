"""BEIR folders: ``corpus.jsonl``, ``queries.jsonl`` (with ``answers`` where known), ``qrels.tsv``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npcbot.errors import DocumentError
from npcbot.types import Document, Kind

_HINT = "A BEIR folder holds corpus.jsonl, queries.jsonl and qrels.tsv."


@dataclass(frozen=True, slots=True)
class Dataset:
    """``qrels`` maps query ids to the relevant record ids and their grades; ``answers`` to the gold answers known."""

    name: str
    documents: tuple[Document, ...]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]
    answers: dict[str, tuple[str, ...]]

    @property
    def fingerprint(self) -> str:
        """Of the records, so that an index of them is used again for the same records only."""
        digest = hashlib.sha256()
        for document in self.documents:
            digest.update(f"{document.document_id}\0{document.title}\0{document.sha256}\n".encode())
        return digest.hexdigest()[:16]


def load(folder: Path) -> Dataset:
    """Reads a folder; each record of the corpus is one document.

    Raises:
        DocumentError: a file is missing or a line of it is not what it should be; the message names both.
    """
    documents = tuple(_document(folder / "corpus.jsonl", number, r) for number, r in _records(folder / "corpus.jsonl"))
    queries: dict[str, str] = {}
    answers: dict[str, tuple[str, ...]] = {}
    for number, record in _records(folder / "queries.jsonl"):
        query_id, text = _field(folder / "queries.jsonl", number, record, "_id", "text")
        queries[query_id] = text
        if known := record.get("answers"):
            answers[query_id] = tuple(str(answer) for answer in known)
    qrels: dict[str, dict[str, int]] = {}
    for query_id, record_id, grade in _qrels(folder / "qrels.tsv"):
        qrels.setdefault(query_id, {})[record_id] = grade
    for name, found in (("corpus.jsonl", documents), ("queries.jsonl", queries), ("qrels.tsv", qrels)):
        if not found:
            raise DocumentError(f"{folder / name}: empty", _HINT)
    return Dataset(folder.name, documents, queries, qrels, answers)


def _document(path: Path, number: int, record: dict[str, Any]) -> Document:
    record_id, text = _field(path, number, record, "_id", "text")
    return Document(record_id, text, str(record.get("title") or ""), Kind.OTHER)


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise DocumentError(f"{path}, line {number}: not JSON: {error}", _HINT) from error
        if not isinstance(record, dict):
            raise DocumentError(f"{path}, line {number}: not a JSON object", _HINT)
        yield number, record


def _field(path: Path, number: int, record: dict[str, Any], *names: str) -> list[str]:
    if missing := [name for name in names if not isinstance(record.get(name), str)]:
        raise DocumentError(f"{path}, line {number}: {missing[0]!r} is missing or no text", _HINT)
    return [record[name] for name in names]


def _qrels(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in _lines(path):
        fields = line.split("\t")
        if number == 1 and not fields[-1].strip().lstrip("-").isdigit():
            continue
        try:
            query_id, record_id, grade = fields
            yield query_id, record_id, int(grade)
        except ValueError as error:
            raise DocumentError(f"{path}, line {number}: not query-id, corpus-id, score with tabs", _HINT) from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path}: cannot be read: {error}", _HINT) from error
