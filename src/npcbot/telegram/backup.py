"""All state in one file, taken while the bot runs and while collections are written; and put back."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from npcbot.errors import ConfigError, NpcbotError
from npcbot.index import collections
from npcbot.index.generations import CURRENT, current
from npcbot.telegram.schema import STEPS
from npcbot.telegram.state import NAME, State
from npcbot.telegram.uploads import FOLDER

_MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
#: Tries of a collection whose generation was replaced, and taken away, while it was read.
_TRIES: Final = 5
LOCK: Final = "telegram/serve.lock"


def backup(home: Path, to: Path) -> int:
    """Writes the bot's state, the current generation of every collection and the files of chats; returns how many
    files. The backup appears whole or not at all.

    Raises:
        NpcbotError: it is there already, or cannot be written.
    """
    if to.exists():
        raise NpcbotError(f"{to}: exists already", "Name a new file.")
    part = to.with_name(f"{to.name}.part")
    sums: dict[str, str] = {}
    try:
        with tempfile.TemporaryDirectory(dir=to.absolute().parent) as scratch, tarfile.open(part, "w:gz") as archive:
            for name, path in _sources(home, Path(scratch)):
                _put(archive, name, path.read_bytes(), sums)
            manifest = json.dumps({"format": _FORMAT, "files": sums}, indent=1).encode()
            _put(archive, _MANIFEST, manifest, {})
        part.replace(to)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise NpcbotError(
            f"{to}: the backup could not be written: {error}", "Free the disk or name another."
        ) from error
    return len(sums)


def restore(home: Path, source: Path) -> int:
    """Puts a backup into a home without state; returns how many files. Nothing is put back unless all of it is whole.

    Raises:
        NpcbotError: a bot runs there, there is state already, it cannot be written, or the backup is damaged or from a
            newer npcbot.
    """
    try:
        lacking = [path for path in (home / LOCK, (home / LOCK).parent, home) if not path.exists()]
        if (home / NAME).exists() or collections(home):
            raise NpcbotError(f"{home}: has state already", "Move it away, or set another NPCBOT_HOME.")
        with locked(home), tempfile.TemporaryDirectory(dir=home) as scratch:
            folder = Path(scratch)
            names = _unpacked(source, folder)
            _check_version(folder / NAME)
            for name in names:
                target = home / name
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(folder / name, target)
    except NpcbotError:
        with suppress(OSError):  # nothing was put back, so nothing is left behind
            for path in lacking:
                path.rmdir() if path.is_dir() else path.unlink()
        raise
    except OSError as error:
        raise NpcbotError(
            f"{home}: cannot be written: {error}", "Free the disk, or name another NPCBOT_HOME."
        ) from error
    return len(names)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """One bot at a time, or one restoring, as long as the block lasts.

    Raises:
        ConfigError: a bot runs there, or the home cannot be written.
    """
    lock = FileLock(home / LOCK)
    try:
        (home / LOCK).parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise ConfigError(
            f"A bot is already running with the state in {home}.", "Stop it, or set another NPCBOT_HOME."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{home}: cannot be written: {error}", "Make the folder writable, or set another NPCBOT_HOME."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _sources(home: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Names in the backup, and what to read. ``CURRENT`` of a collection comes behind what it names."""
    if (home / NAME).is_file():
        state = State(home / NAME)
        try:
            state.backup(scratch / "state")
        finally:
            state.close()
        yield NAME, scratch / "state"
    for path in sorted((home / FOLDER).rglob("*")):
        if path.is_file() and "reading" not in path.relative_to(home / FOLDER).parts:
            yield path.relative_to(home).as_posix(), path
    for name in collections(home):
        generation = _copied(home / name, scratch)
        for path in sorted(path for path in generation.rglob("*") if path.is_file()):
            yield f"{name}/{path.relative_to(generation.parent).as_posix()}", path
        (generation.parent / CURRENT).write_text(f"{generation.name}\n", encoding="ascii")
        yield f"{name}/{CURRENT}", generation.parent / CURRENT


def _copied(folder: Path, scratch: Path) -> Path:
    """The current generation, which never changes but may be taken away once there are newer ones."""
    for attempt in range(_TRIES):
        generation = current(folder)
        copy = scratch / folder.name / generation.name
        try:
            shutil.copytree(generation, copy, copy_function=os.link, dirs_exist_ok=True)
            return copy
        except OSError:
            shutil.rmtree(copy, ignore_errors=True)
        try:
            shutil.copytree(generation, copy)
            return copy
        except OSError:
            shutil.rmtree(copy, ignore_errors=True)
            if attempt == _TRIES - 1:
                raise
    raise AssertionError


def _put(archive: tarfile.TarFile, name: str, content: bytes, sums: dict[str, str]) -> None:
    sums[name] = hashlib.sha256(content).hexdigest()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _unpacked(source: Path, folder: Path) -> list[str]:
    """The names of what was unpacked and is as the manifest says."""
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest["format"] != _FORMAT:
            raise NpcbotError(f"{source}: written by a newer npcbot", "Install that npcbot.")
        sums: dict[str, str] = manifest["files"]
        for name, expected in sums.items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
                raise NpcbotError(f"{source}: damaged at {name}", "Nothing was changed. Take another backup.")
    except FileNotFoundError as error:
        raise NpcbotError(f"{source}: no such backup, or not whole ({error.filename})", "Name another.") from error
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, OSError) as error:
        raise NpcbotError(f"{source}: not a backup, or damaged: {error}", "Nothing was changed.") from error
    return list(sums)


def _check_version(path: Path) -> None:
    if not path.is_file():
        return
    db = sqlite3.connect(path)
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
    finally:
        db.close()
    if version > len(STEPS):
        raise NpcbotError(
            f"The backup was made by a newer npcbot (version {version} of the state; this one knows {len(STEPS)}).",
            "Install that npcbot.",
        )
