"""The first half of an update: new documents split and noted, their texts tokenised and embedded."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from npcbot.errors import DocumentError, EncoderError
from npcbot.folding import FOLDING_VERSION
from npcbot.index import store
from npcbot.index.cache import Cache, batched
from npcbot.index.manifest import Manifest
from npcbot.index.records import dump_document
from npcbot.index.store import Indexed, StoreWriter
from npcbot.index.tokens import tokenize, tokenize_many
from npcbot.passages import PARSER_VERSION
from npcbot.types import Document, Encoder

#: Called with a stage ("wait", "read", "embed", "build"), how much of it is done, and of how much (0: unknown).
Progress = Callable[[str, int, int], None]

_BATCH: Final = 256
_TOKENIZED: Final = 4096
_FEW: Final = 40


class Known(NamedTuple):
    row: int
    sha256: str
    facts: str
    origin: str
    recipe: str


@dataclass(frozen=True, slots=True)
class Old:
    """The generation that an update starts from; ``manifest`` None where it is broken and everything is made anew."""

    store: Path
    manifest: Manifest | None
    documents: dict[str, Known]


class Place(NamedTuple):
    """Where a document of the next generation is copied from; ``origin`` None keeps the one it has."""

    store: Path
    row: int
    origin: str | None
    fresh: bool


@dataclass(slots=True)
class Changes:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class Staging:
    """What is new, split and noted beside the old generation until all of it is known."""

    def __init__(
        self, name: str, path: Path, old: Old | None, cache: Cache, window: int, rebuild: bool, tell: Progress
    ) -> None:
        self._name, self._path, self._old, self._cache, self._tell = name, path, old, cache, tell
        self._window, self._rebuild = window, rebuild
        self._recipe = f"{PARSER_VERSION} {FOLDING_VERSION} {window}"
        self._writer = StoreWriter(path)
        self._writer.db.execute("CREATE TABLE todo (content BLOB PRIMARY KEY, length INTEGER, text TEXT) WITHOUT ROWID")
        self._untold: list[Indexed] = []
        self.plan: dict[str, Place] = {}
        self.changes = Changes()
        self.differs = False

    def take(self, documents: Iterable[Document], origins: Mapping[str, str], remove: Collection[str]) -> None:
        known = self._old.documents if self._old else {}
        given: dict[str, str] = {}
        for done, document in enumerate(_guarded(documents), 1):
            self._tell("read", done, 0)
            name = document.document_id
            before, origin = known.get(name), origins.get(name)
            if before and origin and _other_file(name, before.origin, origin):
                if not _same(before, document):
                    self.changes.refused[name] = before.origin
                    continue
                if _there(os.path.join(before.origin, name)):
                    origin = None  # a copy; the document stays that of the first folder
            if given.setdefault(name, document.sha256) != document.sha256:
                raise DocumentError(
                    f"Two different files would both be known as {name!r}", "Index them into two collections."
                )
            if name not in self.plan:
                self._take(document, before, origin)
        self.changes.removed = sorted(name for name in known if name in set(remove) and name not in given)
        self.differs |= bool(self.changes.removed)
        self._keep_others({*given, *self.changes.removed})
        self._tokenize()
        self._writer.db.execute("COMMIT")

    def _take(self, document: Document, known: Known | None, origin: str | None) -> None:
        name = document.document_id
        same = known is not None and _same(known, document)
        if known and same and known.recipe == self._recipe and not self._rebuild and self._old:
            self.plan[name] = Place(self._old.store, known.row, origin, False)
            self.differs |= origin is not None and origin != known.origin
        else:
            self._stage(document, origin if origin is not None else known.origin if known else "")
        (self.changes.unchanged if same else self.changes.changed if known else self.changes.added).append(name)

    def _keep_others(self, settled: Collection[str]) -> None:
        if not self._old:
            return
        stale = {
            name
            for name, known in self._old.documents.items()
            if name not in settled and (self._rebuild or known.recipe != self._recipe)
        }
        for name, known in self._old.documents.items():
            if name not in settled and name not in stale:
                self.plan[name] = Place(self._old.store, known.row, None, False)
        if stale:
            for document, origin in store.texts(self._old.store, stale):
                self._stage(document, origin)

    def _stage(self, document: Document, origin: str) -> None:
        row = self._writer.documents
        found = self._writer.add(self._name, document, origin, self._recipe, self._window)
        self.plan[document.document_id] = Place(self._path, row, None, True)
        self.differs = True
        missing = set(self._cache.missing_vectors([item.content for item in found]))
        self._writer.db.executemany(
            "INSERT OR IGNORE INTO todo VALUES (?, ?, ?)",
            ((item.content, len(item.text), item.text) for item in found if item.content in missing),
        )
        self._untold += [item for item in found if item.whole]
        if len(self._untold) >= _TOKENIZED:
            self._tokenize()

    def _tokenize(self) -> None:
        missing = set(self._cache.missing_tokens([item.content for item in self._untold]))
        texts = {item.content: item.text for item in self._untold if item.content in missing}
        # Loading the whole dictionary pays off for more than a handful of texts.
        token_lists = tokenize_many(texts.values()) if len(texts) > _FEW else map(tokenize, texts.values())
        self._cache.put_tokens(list(texts), token_lists)
        self._untold.clear()

    def embed(self, encoder: Encoder) -> int:
        """Longest first, so that what a progress bar promises is kept; returns how many texts."""
        db = self._writer.db
        total = int(db.execute("SELECT count(*) FROM todo").fetchone()[0])
        self._tell("embed", 0, total)
        done = 0
        for batch in batched(db.execute("SELECT content, text FROM todo ORDER BY length DESC, content"), _BATCH):
            try:
                vectors = np.asarray(encoder.encode_passages([text for _, text in batch]))
            except OSError as error:  # not one of the index's own files
                raise EncoderError(
                    f"The encoder {encoder.fingerprint} failed: {error}", "Run: npcbot doctor"
                ) from error
            if vectors.shape != (len(batch), encoder.dim) or not np.all(np.isfinite(vectors)):
                raise EncoderError(
                    f"The encoder {encoder.fingerprint} returned no usable vectors (shape {vectors.shape})",
                    "Run: npcbot doctor",
                )
            self._cache.put_vectors([content for content, _ in batch], vectors)
            done += len(batch)
            self._tell("embed", done, total)
        return total

    def close(self) -> None:
        self._writer.close()


def _same(known: Known, document: Document) -> bool:
    return (known.sha256, known.facts) == (document.sha256, dump_document(document))


def _other_file(name: str, before: str, now: str) -> bool:
    """Whether a document was indexed from another folder that still is there: not the same by another way, or moved."""
    if not before or before == now or not _there(before):
        return False
    try:
        return not os.path.samefile(os.path.join(before, name), os.path.join(now, name))
    except OSError:
        return True


def _there(path: str) -> bool:
    """What may not be looked at counts as there."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass
    return True


def _guarded(documents: Iterable[Document]) -> Iterator[Document]:
    """Keeps a source that cannot be read apart from an index that cannot be written."""
    iterator = iter(documents)
    while True:
        try:
            document = next(iterator)
        except StopIteration:
            return
        except OSError as error:
            raise DocumentError(f"A document cannot be read: {error}", "Mend it, or leave it out.") from error
        yield document
