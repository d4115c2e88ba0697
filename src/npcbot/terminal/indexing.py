"""``npcbot index``: finds, reads and indexes documents, and says what became of each."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from npcbot.config import Settings
from npcbot.documents import Found, discover, read
from npcbot.encoders import load_encoder
from npcbot.errors import DocumentError, IndexDamaged, IndexMismatch, IndexMissing, NpcbotError
from npcbot.index import Collection, UpdateReport, update
from npcbot.types import Document
from npcbot.visible import visible

_STAGES: Mapping[str, str] = {
    "wait": "waiting for another writer",
    "read": "reading",
    "embed": "embedding",
    "build": "building",
}
#: Between two lines of progress where they are not written over.
_PLAIN_SECONDS = 30


@dataclass
class Outcome:
    """``skipped`` are names with reasons; ``failed`` those that were named by the caller, or would have replaced the
    document of another file; ``vanished`` were indexed from a folder that no longer has them, and are removed only with
    ``prune``; ``bare`` hold nothing that could be quoted."""

    report: UpdateReport
    skipped: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)


class ProgressLine:
    """One line on a terminal that is written over; elsewhere a line of its own every half minute."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._last = 0.0 if self._live else time.monotonic()
        self._began: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        began = self._began.setdefault(stage, now)
        if now - self._last < (0.1 if self._live else _PLAIN_SECONDS) and not (self._live and done == total):
            return
        self._last = now
        line = _STAGES.get(stage, stage)
        if total:
            filled = 30 * done // total
            left = f", {(now - began) * (total - done) / done:.0f} s left" if done and done < total else ""
            bar = f" [{'#' * filled}{'.' * (30 - filled)}]" if self._live else ""
            line += f"{bar} {done:,}/{total:,}{left}"
        elif done:
            line += f" {done:,}"
        self._stream.write(f"\r\x1b[2K{line}" if self._live else f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        if self._live and self._began:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()


def index(settings: Settings, name: str, paths: Sequence[str], *, prune: bool, rebuild: bool) -> Outcome:
    """Indexes the paths into a collection. One bad file in a folder is named and the rest indexed.

    Raises:
        DocumentError: nothing at all could be read, or ``prune`` has no folder to compare with. Other errors as
            ``npcbot.index.update``.
    """
    if not paths:
        if prune:
            raise DocumentError(
                "--prune compares the index with the folders given, and none is given.",
                "Name them: npcbot index --prune FOLDER…",
            )
        if not rebuild:
            raise DocumentError("No path is given.", "Name files or folders: npcbot index PATH…")
        return Outcome(_update(settings, name, iter(()), {}, (), True))
    discovery = discover(paths)
    # A sidecar is read with its document.
    unread = (entry for entry in discovery.skipped if not entry.reason.startswith("sidecar of"))
    skipped = [(str(entry.path), entry.reason) for entry in unread]
    failed: list[tuple[str, str]] = []
    read_ids: list[str] = []

    def documents() -> Iterator[Document]:
        for found in discovery.found:
            try:
                document = read(found.path, found.document_id, max_bytes=settings.documents.max_bytes)
            except NpcbotError as error:
                (failed if _named(found, paths) else skipped).append((str(found.path), _reason(error, found.path)))
                continue
            read_ids.append(document.document_id)
            yield document
        if not read_ids:
            reasons = "\n".join(f"  {path}: {reason}" for path, reason in (*failed, *skipped))
            raise DocumentError(f"None of the files could be read:\n{reasons}", "")

    origins = {found.document_id: str(found.root.absolute()) for found in discovery.found}
    there = {found.document_id for found in discovery.found}
    vanished = _vanished(settings, name, paths, there, mending=rebuild and not prune)
    gone = vanished if prune else ()
    report = _update(settings, name, documents(), origins, gone, rebuild)
    paths_of = {found.document_id: str(found.path) for found in discovery.found}
    failed += [(paths_of[refused], _refusal(refused, origin, name)) for refused, origin in report.refused.items()]
    taken = set(read_ids).difference(report.refused)
    with Collection.open(settings.home, name) as collection:
        bare = [i.document_id for i in collection.documents() if i.document_id in taken and i.first_row == i.end_row]
    return Outcome(report, skipped, failed, vanished, bare)


def _update(
    settings: Settings,
    name: str,
    documents: Iterator[Document],
    origins: Mapping[str, str],
    gone: Sequence[str],
    rebuild: bool,
) -> UpdateReport:
    progress = ProgressLine()
    try:
        return update(
            settings.home,
            name,
            documents,
            encoder=load_encoder(settings.encoder),
            settings=settings.index,
            remove=gone,
            origins=origins,
            rebuild=rebuild,
            progress=progress,
        )
    finally:
        progress.close()


def _refusal(document_id: str, origin: str, name: str) -> str:
    return (
        f"the collection has another {document_id!r}, from {origin}, which was kept. Rename this one, index it into"
        f" another --collection, or remove that one first: npcbot remove {shlex.quote(document_id)} --collection {name}"
    )


def _reason(error: NpcbotError, path: Path) -> str:
    """What is wrong and what to do, without the path that the line begins with."""
    reason = error.message.removeprefix(f"{path}: ")
    return f"{reason}. {error.hint}" if error.hint else reason


def _named(found: Found, paths: Sequence[str]) -> bool:
    return any(Path(path).absolute() == found.path.absolute() for path in paths)


def _vanished(settings: Settings, name: str, paths: Sequence[str], there: set[str], *, mending: bool) -> list[str]:
    """Documents indexed from one of these folders that it no longer has. With ``mending`` an index that cannot be read
    has none: it is about to be made anew, and the next run tells. Otherwise IndexDamaged, IndexMismatch."""
    roots = {os.path.realpath(path) for path in paths if Path(path).is_dir()}
    try:
        with Collection.open(settings.home, name) as collection:
            infos = collection.documents()
    except IndexMissing:
        return []
    except (IndexDamaged, IndexMismatch):
        if not mending:
            raise
        return []
    origins = {origin for origin in {info.origin for info in infos} if origin and os.path.realpath(origin) in roots}
    return [info.document_id for info in infos if info.origin in origins and info.document_id not in there]


def summary(outcome: Outcome) -> Iterator[str]:
    """One plain line, then the names of what was skipped, vanished or failed."""
    report = outcome.report
    rate = report.embedded / report.seconds if report.seconds > 0 else 0.0
    yield (
        f"{report.documents} documents, {report.passages:,} passages ({report.windows:,} vectors) in"
        f" {report.seconds:.1f} s; {len(report.added)} added, {len(report.changed)} changed, {len(report.unchanged)}"
        f" unchanged, {len(report.removed)} removed; {report.embedded:,} embedded, {rate:,.0f} a second"
    )
    for path, reason in outcome.skipped:
        yield visible(f"skipped {path}: {reason}")
    for path, reason in outcome.failed:
        yield visible(f"failed {path}: {reason}")
    for document_id in outcome.bare:
        yield f"bare {document_id}: only a title or headings, 0 passages: nothing in it can be found or quoted"
    removed = set(report.removed)
    for document_id in outcome.vanished:
        if document_id in removed:
            yield f"removed {document_id}: its file is gone"
        else:
            yield f"vanished {document_id}: its file is gone, the index still has it (--prune removes it)"
