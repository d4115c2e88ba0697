"""The folder of a collection: generations side by side, ``CURRENT`` naming the one that is read.

    NAME/CURRENT              "gen-000007"
    NAME/gen-000007/          a whole generation, never changed
    NAME/gen-000006/          the one before, kept for readers that have it open
    NAME/gen-000008.building/ what a writer is at; without its writer it is rubbish
    NAME/vectors.sqlite       what has been embedded and tokenised, by content
    NAME/writer.lock

A generation is written and synced under another name, then renamed, then named in ``CURRENT`` by an atomic replace:
killed at any moment, a writer leaves the old generation or the new one, whole.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from npcbot.errors import ConfigError, IndexBusy, IndexDamaged, IndexMissing, IndexUnwritable
from npcbot.index.manifest import Manifest, files, repair

CURRENT: Final = "CURRENT"
CACHE: Final = "vectors.sqlite"
LOCK: Final = "writer.lock"
_NAME: Final = re.compile(r"[a-z0-9_-]{1,64}")
_GENERATION: Final = re.compile(r"gen-(\d{6,})")
_BUILDING: Final = ".building"


def collection_folder(home: Path, name: str) -> Path:
    """Where a collection lives, present or not. ConfigError for a name that is no collection's."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot name a collection", "Use 1 to 64 of the characters a-z, 0-9, underscore and hyphen."
        )
    return home / name


def collections(home: Path) -> list[str]:
    """The names of the collections that have an index."""
    if not home.is_dir():
        return []
    return sorted(p.name for p in home.iterdir() if _NAME.fullmatch(p.name) and (p / CURRENT).is_file())


def current(folder: Path) -> Path:
    """The generation to read. IndexMissing where there is none yet, IndexDamaged where ``CURRENT`` is of no use."""
    try:
        named = (folder / CURRENT).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(
            f"There is no collection {folder.name!r} in {folder.parent}",
            f"Make one: npcbot index PATH --collection {folder.name}",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{folder / CURRENT}: cannot be read: {error}", repair(folder.name)) from error
    if not _GENERATION.fullmatch(named) or not (folder / named).is_dir():
        raise IndexDamaged(f"{folder / CURRENT}: names no generation: {named[:40]!r}", repair(folder.name))
    return folder / named


def newest_whole(folder: Path) -> Path | None:
    """What ``CURRENT`` names, or where that is of no use the newest generation with all its files."""
    with suppress(IndexMissing, IndexDamaged):
        return current(folder)
    for path in sorted(_generations(folder), key=number, reverse=True):
        with suppress(IndexDamaged):
            Manifest.read(path).expect_sizes(path)
            return path
    return None


def number(generation: Path) -> int:
    match = _GENERATION.match(generation.name)
    return int(match[1]) if match else 0


@contextmanager
def writing(folder: Path, wait: float, notify: Callable[[], None]) -> Iterator[None]:
    """Holds the collection's lock. ``notify`` is called once if another writer has it; IndexBusy after ``wait`` s."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        notify()
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise IndexBusy(
                f"Another process is writing to collection {folder.name!r}; waited {wait:g} s",
                "Try again when it is done, or raise index.lock_seconds in the configuration.",
            ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """A fresh folder to write the next generation into; it goes if the block fails. The writer's lock must be held."""
    last = max((number(path) for path in _generations(folder)), default=0)
    path = folder / f"gen-{last + 1:06d}{_BUILDING}"
    path.mkdir()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def publish(path: Path) -> Path:
    """Makes a finished ``building`` folder the current generation; returns its lasting place."""
    folder = path.parent
    for written in files(path):
        _sync(written)
    for inner in (*(p for p in path.rglob("*") if p.is_dir()), path):
        _sync(inner)
    final = path.with_name(path.name.removesuffix(_BUILDING))
    path.rename(final)
    _sync(folder)
    fresh = folder / f"{CURRENT}.new"
    fresh.write_text(final.name + "\n", encoding="ascii")
    _sync(fresh)
    fresh.replace(folder / CURRENT)
    _sync(folder)
    return final


def sweep(folder: Path) -> None:
    """Removes what killed writers left and all generations but the current one and the one before it."""
    kept = newest_whole(folder)
    if kept is None and any(_generations(folder)):
        return  # damaged: leave everything for a person to look at
    older = [path for path in _generations(folder) if kept and number(path) < number(kept)]
    keep = {kept, max(older, key=number, default=None)}
    for path in folder.iterdir():
        if (path.name.endswith(_BUILDING) or _GENERATION.fullmatch(path.name)) and path not in keep:
            # Renamed first, so that a removal cut short leaves nothing that looks whole.
            gone = path if path.name.endswith(_BUILDING) else path.rename(path.with_name(path.name + _BUILDING))
            shutil.rmtree(gone, ignore_errors=True)
    (folder / f"{CURRENT}.new").unlink(missing_ok=True)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turns what the file system and SQLite say about a full or unwritable disk into IndexUnwritable."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexUnwritable(
            f"{folder}: the index cannot be written: {error}",
            "Nothing was lost: the index is as it was. Free some space, mend the permissions, or set NPCBOT_HOME.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(f"{folder}: a file of the index is damaged: {error}", repair(folder.name)) from error


def _generations(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if _GENERATION.fullmatch(path.name)] if folder.is_dir() else []


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if not path.is_dir():  # some file systems cannot sync a folder
            raise
    finally:
        os.close(handle)
