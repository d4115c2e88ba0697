"""The votes as a BEIR folder, so that ``npcbot eval`` measures what people were content with.

The corpus holds every passage of the collections asked: to find a passage among those voted on alone would be no test.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from npcbot.answer import Library
from npcbot.errors import NpcbotError
from npcbot.index import Collection, Lost
from npcbot.passages import display
from npcbot.telegram.state import Vote

_HEADER: Final = "query-id\tcorpus-id\tscore"


def archived(votes: Sequence[Vote], library: Library, names: Sequence[str]) -> bytes:
    """The folder's files in a ZIP archive; empty where nobody has voted on a passage that is still there."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        written = 0
        for name, lines in _files(votes, library, names):
            text = "".join(f"{line}\n" for line in lines)
            archive.writestr(name, text)
            written = len(text) if name == "queries.jsonl" else written
    return made.getvalue() if written else b""


def exported(votes: Sequence[Vote], library: Library, names: Sequence[str], folder: Path) -> int:
    """Writes the folder; returns how many votes it holds.

    Raises:
        NpcbotError: it has files already, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise NpcbotError(f"{folder}: not empty", "Name a new folder.")
        counted = 0
        for name, lines in _files(votes, library, names):
            listed = list(lines)
            (folder / name).write_text("".join(f"{line}\n" for line in listed), encoding="utf-8")
            counted = len(listed) - 1
    except OSError as error:
        raise NpcbotError(f"{folder}: cannot be written: {error.strerror}", "Name another folder.") from error
    return counted


def _files(votes: Sequence[Vote], library: Library, names: Sequence[str]) -> Iterator[tuple[str, Iterator[str]]]:
    """Each file's name and lines; ``qrels.tsv`` comes last."""
    with library.collections(names) as opened:
        known = {vote.passage_id for vote in votes if any(_has(one, vote.passage_id) for one in opened)}
        kept = [vote for vote in votes if vote.passage_id in known]
        queries = {text: f"q{number}" for number, text in enumerate(dict.fromkeys(vote.question for vote in kept), 1)}
        yield "corpus.jsonl", _corpus(opened)
        yield "queries.jsonl", (_json({"_id": key, "text": text}) for text, key in queries.items())
        # Several may have voted on one passage for one question: the sum decides.
        sums: dict[tuple[str, str], int] = {}
        for vote in kept:
            pair = (queries[vote.question], vote.passage_id)
            sums[pair] = sums.get(pair, 0) + vote.value
        rows = (f"{query}\t{passage}\t{int(value > 0)}" for (query, passage), value in sums.items())
        yield "qrels.tsv", iter([_HEADER, *rows])


def _corpus(opened: Sequence[Collection]) -> Iterator[str]:
    seen: set[str] = set()
    for collection in opened:
        for info in collection.documents():
            text = collection.document(info.document_id).text
            for stored in collection.passages(range(info.first_row, info.end_row)):
                if stored.passage_id not in seen:
                    seen.add(stored.passage_id)
                    passage = stored.passage
                    shown = display(text, passage.start, passage.end, passage)
                    yield _json({"_id": stored.passage_id, "title": info.title, "text": shown})


def _has(collection: Collection, passage_id: str) -> bool:
    return not isinstance(collection.find(passage_id), Lost)


def _json(values: dict[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False)
