"""Paths as a person names them, files, folders and globs, to the documents they stand for.

A document is known by its place under a root: the folder that was named, the parent of a file that was named, or what
stands before the first wildcard. Names are kept as the disk has them; a name that a Mac spelt in decomposed Unicode is
another name than the composed one.
"""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from npcbot.documents.readers import KNOWN, READERS
from npcbot.documents.sidecar import SUFFIX
from npcbot.errors import DocumentError

_WILD = re.compile(r"[*?\[]")
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Found:
    """``document_id`` is the place of ``path`` under ``root``, with ``/``."""

    path: Path
    root: Path
    document_id: str


@dataclass(frozen=True, slots=True)
class Skipped:
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """``found`` in the order named, folders in the order of their names; ``skipped`` says what was left out and why."""

    found: tuple[Found, ...]
    skipped: tuple[Skipped, ...]


def discover(paths: Sequence[str | Path]) -> Discovery:
    """Find the documents that ``paths`` name. A name that exists is taken as it stands, even with wildcards in it.

    Raises:
        DocumentError: a path is empty or does not exist, a glob matches nothing, nothing can be read, or two files
            would have the same document id.
    """
    if not paths:
        raise DocumentError("no path was named", "Name files, folders or globs.")
    search = _Search()
    for path in paths:
        search.add(str(path))
    if not search.found:
        some = "; ".join(f"{skip.path}: {skip.reason}" for skip in search.skipped[:3])
        raise DocumentError(
            f"no document in {', '.join(map(str, paths))}" + (f" (skipped: {some})" if some else ""), KNOWN
        )
    return Discovery(tuple(search.found.values()), tuple(search.skipped))


@dataclass(slots=True)
class _Search:
    found: dict[str, Found] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _considered: int = 0

    def add(self, name: str) -> None:
        if not name:  # Path would take it for the current folder
            raise DocumentError("an empty path was given", "Is a variable of the shell not set? Name a file or folder.")
        path = Path(name).expanduser()
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            if _WILD.search(name) and (isinstance(error, FileNotFoundError) or not os.path.lexists(path)):
                self._add_glob(path)
                return
            raise DocumentError(f"{name}: {_why(error)}", "Check the path.") from None
        if stat.S_ISDIR(mode):
            self._walk(path, path, ())
        else:
            self._consider(path, path.parent)

    def _add_glob(self, pattern: Path) -> None:
        parts = pattern.parts
        first = next(index for index, part in enumerate(parts) if _WILD.search(part))
        root = Path(*parts[:first]) if first else Path(".")
        before = self._considered
        if root.is_dir():
            self._walk(root, root, parts[first:])
        if self._considered == before:
            raise DocumentError(f"{pattern}: no file matches", "Check it; ** stands for any number of folders.")

    def _walk(self, top: Path, root: Path, pattern: tuple[str, ...]) -> None:
        """Sorted, following links to folders once and after all real folders, so that loops end and ids are stable."""
        real: set[tuple[int, int]] = set()
        folders: list[tuple[Path, frozenset[int]]] = [(top, _start(pattern))]
        links: list[tuple[Path, frozenset[int]]] = []
        while folders or links:
            folder, states = folders.pop() if folders else links.pop(0)
            try:
                status = folder.stat()
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                if folder == root:
                    raise DocumentError(f"{folder}: {_why(error)}", "Check its permissions.") from None
                self.skipped.append(Skipped(folder, _why(error)))
                continue
            if (status.st_dev, status.st_ino) in real:
                self.skipped.append(Skipped(folder, "a link to a folder that was read already"))
                continue
            real.add((status.st_dev, status.st_ino))
            below = []
            for entry in entries:
                path = folder / entry.name
                reached = _step(states, pattern, entry.name)
                if not reached:
                    continue
                if entry.name.startswith("."):
                    self.skipped.append(Skipped(path, "hidden"))
                elif not _is_folder(entry):
                    if len(pattern) in reached:
                        self._consider(path, root)
                elif entry.is_symlink():
                    links.append((path, reached))
                else:
                    below.append((path, reached))
            folders.extend(reversed(below))

    def _consider(self, path: Path, root: Path) -> None:
        self._considered += 1
        if reason := _unfit(path):
            self.skipped.append(Skipped(path, reason))
            return
        absolute = os.path.abspath(path)
        if absolute in self._seen:
            return
        self._seen.add(absolute)
        document_id = str(PurePosixPath(*path.relative_to(root).parts))
        if other := self.found.get(document_id):
            common = os.path.commonpath([absolute, os.path.abspath(other.path)])
            raise DocumentError(
                f"{other.path} and {path} would both be the document {document_id!r}",
                f"Name the folder above both ({common}), so that their ids tell them apart, or use two collections.",
            )
        self.found[document_id] = Found(path, root, document_id)


def _unfit(path: Path) -> str:
    """Why a file cannot be a document by its name alone, else ``""``."""
    if _UNSAFE.search(str(path.name)) or _UNSAFE.search(str(path)):
        return "control characters, or bytes that are no UTF-8, in its name; rename it"
    suffix = path.suffix.lower()
    if suffix == SUFFIX:
        documents = [path.with_suffix(ending) for ending in READERS]
        beside = next((document.name for document in documents if document.exists()), "")
        return f"sidecar of {beside}" if beside else "a sidecar (.toml) without its document"
    if suffix not in READERS:
        return f"files ending in {suffix!r} are not read" if suffix else "files without an ending are not read"
    return ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: reading it will say so
        return False


def _start(pattern: tuple[str, ...]) -> frozenset[int]:
    return _beyond_stars({0}, pattern)


def _step(states: frozenset[int], pattern: tuple[str, ...], name: str) -> frozenset[int]:
    """Which parts of the pattern may come next after a name; ``len(pattern)`` means all matched, and stays."""
    reached: set[int] = set()
    for state in states:
        if state == len(pattern):
            reached.add(state)
        elif pattern[state] == "**":
            if not name.startswith("."):
                reached.add(state)
                if state + 1 == len(pattern):
                    reached.add(len(pattern))
        elif fnmatch.fnmatchcase(name, pattern[state]) and (not name.startswith(".") or pattern[state][0] == "."):
            reached.add(state + 1)
    return _beyond_stars(reached, pattern)


def _beyond_stars(states: set[int], pattern: tuple[str, ...]) -> frozenset[int]:
    reached = set(states)
    for state in sorted(states):
        while state < len(pattern) - 1 and pattern[state] == "**":
            state += 1
            reached.add(state)
    return frozenset(reached)


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return getattr(error, "strerror", None) or str(error)
