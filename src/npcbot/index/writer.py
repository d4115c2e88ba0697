"""The one writer: takes documents in and out of a collection and publishes the next generation."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from npcbot.config import IndexSettings
from npcbot.errors import IndexDamaged, IndexMissing
from npcbot.index import generations, store
from npcbot.index.backend import BackendFactory, Shape
from npcbot.index.cache import Cache
from npcbot.index.entries import Entries
from npcbot.index.local import LocalBackend
from npcbot.index.manifest import Manifest, anew, inventory
from npcbot.index.relations import relations
from npcbot.index.staging import Changes, Known, Old, Place, Progress, Staging
from npcbot.index.store import StoreWriter
from npcbot.index.tokens import TOKENS_VERSION
from npcbot.types import Document, Encoder

_STAGE: Final = "stage.sqlite"
#: Forgotten contents may take up this much more than the living before the cache is pruned.
_SLACK: Final = 10_000


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """``documents``, ``passages``, ``windows`` count the whole collection; ``embedded`` the texts that went through the
    encoder in this run, ``reused`` the windows that needed it not. ``added`` to ``removed`` are document ids;
    ``refused`` are those that the collection has from another folder, which it maps to.
    """

    generation: int
    documents: int
    passages: int
    windows: int
    embedded: int
    reused: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    refused: Mapping[str, str]
    seconds: float


def update(
    home: Path,
    name: str,
    documents: Iterable[Document],
    *,
    encoder: Encoder,
    settings: IndexSettings,
    remove: Collection[str] = (),
    origins: Mapping[str, str] | None = None,
    rebuild: bool = False,
    progress: Progress | None = None,
    wait: float | None = None,
    backend: BackendFactory = LocalBackend,
) -> UpdateReport:
    """Adds documents, replaces those with a known id, removes those in ``remove``; all others stay as they are.

    ``origins`` names the root that a document was found under, kept with it; what would replace the document of another
    file, under another root that still is there, is refused. Only texts not embedded before go through the encoder.
    ``rebuild`` makes everything anew from the stored texts, which also serves a change of encoder or of npcbot.
    Whatever goes wrong, Ctrl-C included, the generation before stays, and what was embedded is not lost.

    Raises:
        IndexBusy: another writer held the collection for ``wait`` seconds (default ``settings.lock_seconds``).
        IndexMismatch: the collection was made by another encoder, folding or parser, and ``rebuild`` is false.
        IndexUnwritable, IndexDamaged, ConfigError (name or factory), DocumentError (one id given to two documents).
    """
    tell = progress or _silent
    began = time.perf_counter()
    folder = generations.collection_folder(home, name)
    shape = Shape(encoder.dim, settings.factory, settings.k1, settings.b)
    with (
        generations.disk_errors(folder),
        generations.writing(folder, settings.lock_seconds if wait is None else wait, lambda: tell("wait", 0, 0)),
    ):
        generations.sweep(folder)
        old = _previous(folder, encoder.fingerprint, rebuild)
        with (
            _cache(folder, encoder, rebuild) as cache,
            generations.building(folder) as target,
        ):
            backend(target, name, shape).prepare()
            staging = Staging(name, target / _STAGE, old, cache, settings.window, rebuild, tell)
            try:
                staging.take(documents, origins or {}, remove)
                changes = staging.changes
                made = old.manifest if old and not rebuild and not staging.differs else None
                if made and _same_settings(made, shape, settings):
                    return _report(made, 0, changes, began)
                embedded = staging.embed(encoder)
            finally:
                staging.close()
            tell("build", 0, 1)
            manifest = _build(target, name, staging.plan, old, cache, encoder.fingerprint, shape, settings, backend)
            generations.publish(target)
            tell("build", 1, 1)
            generations.sweep(folder)
            _prune(folder, cache)
    return _report(manifest, embedded, changes, began)


def rebuild(home: Path, name: str, *, wait: float = 10.0, backend: BackendFactory = LocalBackend) -> Manifest:
    """Makes the searches anew from the stored documents, passages and vectors, without an encoder.

    Raises IndexMissing, IndexMismatch (npcbot changed: that needs ``update(rebuild=True)``), IndexDamaged where the
    stored part is damaged itself, IndexBusy, IndexUnwritable.
    """
    folder = generations.collection_folder(home, name)
    if not folder.is_dir():
        generations.current(folder)
    with generations.disk_errors(folder), generations.writing(folder, wait, lambda: None):
        old = _previous(folder, None, True)
        if old is None:
            raise IndexMissing(f"There is no collection {name!r} in {home}", "Make one: npcbot index PATH")
        made = Manifest.read(old.store.parent)
        made.expect(None)
        generations.sweep(folder)
        shape = Shape(made.dim, made.factory, made.k1, made.b)
        plan = {document_id: Place(old.store, known.row, None, False) for document_id, known in old.documents.items()}
        settings = IndexSettings(window=made.window, factory=made.factory, k1=made.k1, b=made.b, lock_seconds=wait)
        with (
            Cache(folder / generations.CACHE, made.encoder, made.dim, TOKENS_VERSION) as cache,
            generations.building(folder) as target,
        ):
            manifest = _build(target, name, plan, old, cache, made.encoder, shape, settings, backend)
            generations.publish(target)
            generations.sweep(folder)
    return manifest


def _previous(folder: Path, fingerprint: str | None, rebuild: bool) -> Old | None:
    try:
        path = generations.current(folder)
    except IndexMissing:
        return None
    except IndexDamaged:
        if not rebuild:
            raise
        if (whole := generations.newest_whole(folder)) is None:
            raise IndexDamaged(f"{folder}: no generation is whole", anew(folder)) from None
        path = whole
    manifest = None
    try:
        manifest = Manifest.read(path)
    except IndexDamaged:
        if not rebuild:  # which needs only the store
            raise
    if manifest and not rebuild:
        manifest.expect(fingerprint)
        manifest.expect_sizes(path)
    with store.reading(path / store.NAME) as db:
        rows = db.execute("SELECT document_id, row, sha256, facts, origin, recipe FROM documents")
        return Old(path / store.NAME, manifest, {document_id: Known(*known) for document_id, *known in rows})


def _cache(folder: Path, encoder: Encoder, rebuild: bool) -> Cache:
    """With ``rebuild`` what is broken in the cache is forgotten, all of it if need be."""
    path = folder / generations.CACHE
    cache = None
    try:
        cache = Cache(path, encoder.fingerprint, encoder.dim, TOKENS_VERSION)
        if rebuild:
            cache.scrub()
    except sqlite3.DatabaseError as error:
        if cache is not None:
            cache.close()
        if not rebuild or isinstance(error, sqlite3.OperationalError):
            raise
        for file in folder.glob(f"{generations.CACHE}*"):
            file.unlink()
        cache = Cache(path, encoder.fingerprint, encoder.dim, TOKENS_VERSION)
    return cache


def _same_settings(manifest: Manifest, shape: Shape, settings: IndexSettings) -> bool:
    had = (manifest.dim, manifest.factory, manifest.k1, manifest.b, manifest.window)
    return had == (shape.dim, shape.factory, shape.k1, shape.b, settings.window)


def _build(
    target: Path,
    name: str,
    plan: Mapping[str, Place],
    old: Old | None,
    cache: Cache,
    fingerprint: str,
    shape: Shape,
    settings: IndexSettings,
    backend: BackendFactory,
) -> Manifest:
    with closing(StoreWriter(target / store.NAME)) as writer:
        for document_id in sorted(plan):
            place = plan[document_id]
            writer.copy(place.store, place.row, place.origin)
        writer.finish(relations(writer.db))
        counts = writer.documents, writer.passages, writer.windows
    (target / _STAGE).unlink(missing_ok=True)
    with closing(store.open_readonly(target / store.NAME)) as db:
        fresh = {document_id for document_id, place in plan.items() if place.fresh}
        searches = backend(target, name, shape)
        searches.delete(_gone(db, old))
        searches.add(Entries(db, cache, fresh))
    n_documents, n_passages, n_windows = counts
    manifest = Manifest(
        collection=name,
        generation=generations.number(target),
        encoder=fingerprint,
        dim=shape.dim,
        window=settings.window,
        factory=shape.factory,
        k1=shape.k1,
        b=shape.b,
        documents=n_documents,
        passages=n_passages,
        windows=n_windows,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files=inventory(target),
        tokens=TOKENS_VERSION,
    )
    manifest.write(target)
    return manifest


def _gone(db: sqlite3.Connection, old: Old | None) -> set[str]:
    if old is None:
        return set()
    with store.reading(old.store) as before:
        had = {row[0] for row in before.execute("SELECT passage_id FROM passages")}
    return had.difference(row[0] for row in db.execute("SELECT passage_id FROM passages"))


def _prune(folder: Path, cache: Cache) -> None:
    """Keeps the cache near the size of what the two kept generations use."""
    alive: set[bytes] = set()
    for path in folder.glob(f"gen-*/{store.NAME}"):
        with closing(store.open_readonly(path)) as db:
            alive.update(bytes(row[0]) for row in db.execute("SELECT content FROM windows"))
    if cache.foreign() or cache.size() > 4 * len(alive) + _SLACK:
        cache.prune(alive)


def _report(manifest: Manifest, embedded: int, changes: Changes, began: float) -> UpdateReport:
    return UpdateReport(
        generation=manifest.generation,
        documents=manifest.documents,
        passages=manifest.passages,
        windows=manifest.windows,
        embedded=embedded,
        reused=manifest.windows - embedded,
        added=tuple(changes.added),
        changed=tuple(changes.changed),
        unchanged=tuple(changes.unchanged),
        removed=tuple(changes.removed),
        refused=changes.refused,
        seconds=time.perf_counter() - began,
    )


def _silent(stage: str, done: int, total: int) -> None:
    return
