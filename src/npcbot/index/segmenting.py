"""jieba's words, with a dictionary that a question can look into without loading it.

jieba needs half a second and a hundred megabytes to load its dictionary, of which one question touches a few hundred
entries. So the dictionary, with the project's own words added, is written once into a private folder as a table that
opens memory-mapped; a question is cut with that table, many texts with the dictionary in memory. Both cut alike.
jieba's own cache, a file in the shared temporary folder, is never written or read.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from npcbot.folding import FOLDING_VERSION, fold_text
from npcbot.index.hashing import hash_all, sorted_keys

if TYPE_CHECKING:
    import jieba

_JIEBA: Final = "0.42.1"  # as pinned; its dictionary is part of the index
_LONGEST_WORD: Final = 24
#: Words looked up in the table that are kept, some ten megabytes.
_REMEMBERED: Final = 1 << 16


class Segmenter:
    """Cuts runs of folded Han characters into words."""

    def __init__(self, tokenizer: jieba.Tokenizer) -> None:
        self._tokenizer = tokenizer

    def words(self, run: str) -> list[str]:
        """The one most probable sequence of words."""
        return list(self._tokenizer.cut(run, HMM=False))

    def all_words(self, run: str) -> list[str]:
        """The same, each long word after the shorter words of the dictionary inside it (jieba's search mode)."""
        return list(self._tokenizer.cut_for_search(run, HMM=False))


def user_words() -> tuple[str, ...]:
    """The project's own words, folded: names of laws and set phrases in ``userdict.txt``."""
    lines = (fold_text(line.partition("#")[0].strip()) for line in _user_dictionary().splitlines())
    return tuple(dict.fromkeys(word for word in lines if 1 < len(word) <= _LONGEST_WORD))


@cache
def fingerprint() -> str:
    """Changes whenever the same text could be cut otherwise: with jieba, the user dictionary or the folding."""
    parts = (_JIEBA, FOLDING_VERSION, _user_dictionary())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@cache
def full_segmenter() -> Segmenter:
    """The dictionary in memory: for many texts. Leaves the table behind for ``light_segmenter``."""
    tokenizer = _tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in user_words():
        tokenizer.add_word(word)
    path = _table()
    if path and _Frequencies.open(path) is None:
        with contextlib.suppress(OSError):  # a full or read-only disk costs time, not the answer
            _write(path, tokenizer.FREQ, tokenizer.total)
    return Segmenter(tokenizer)


@cache
def light_segmenter() -> Segmenter:
    """The dictionary memory-mapped: for questions. The full one where there is no table yet."""
    path = _table()
    frequencies = _Frequencies.open(path) if path else None
    if frequencies is None:
        return full_segmenter()
    tokenizer = _tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequencies, frequencies.total, True
    return Segmenter(tokenizer)


class _Frequencies:
    """What jieba asks of its dictionary: the frequency of a word, 0 for what only begins one, nothing for the rest."""

    def __init__(self, table: npt.NDArray[np.uint64]) -> None:
        self.total = int(table[1, 0])
        self._keys = table[0, 1:].data
        self._counts = table[1, 1:].data
        # jieba asks for the same words again and again, and twice in a row.
        self._known = lru_cache(maxsize=_REMEMBERED)(self._find)

    @classmethod
    def open(cls, path: Path) -> _Frequencies | None:
        try:
            table = np.load(path, mmap_mode="r", allow_pickle=False)
            whole = table.ndim == 2 and table.dtype == np.uint64 and int(table[0, 0]) == table.shape[1]
        except (OSError, ValueError, IndexError):
            return None
        return cls(table) if whole else None

    def get(self, word: str, default: int | None = None) -> int | None:
        return default if (count := self._known(word)) is None else count

    def _find(self, word: str) -> int | None:
        key = int(hash_all((word,))[0])
        place = bisect_left(self._keys, key)
        return self._counts[place] if place < len(self._keys) and self._keys[place] == key else None

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __getitem__(self, word: str) -> int:
        return self.get(word) or 0


def _write(path: Path, frequencies: Mapping[str, int], total: int) -> None:
    """Two rows of uint64: hashes and frequencies; their first column holds the length and the sum of frequencies."""
    keys, order = sorted_keys(list(frequencies))
    counts = np.fromiter(frequencies.values(), np.uint64, len(frequencies))[order]
    table = np.empty((2, len(keys) + 1), dtype=np.uint64)
    table[:, 0] = len(keys) + 1, total
    table[0, 1:], table[1, 1:] = keys, counts
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, table, allow_pickle=False)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _table() -> Path | None:
    """Where the table lies, in a private folder; None where there can be no folder that is ours alone."""
    import platformdirs

    folder = Path(platformdirs.user_cache_dir("npcbot", appauthor=False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
        if hasattr(os, "getuid") and status.st_uid != os.getuid():
            return None
        folder.chmod(0o700)
    except OSError:
        return None
    return folder / f"words-{fingerprint()}.npy"


def _tokenizer() -> Any:
    import jieba

    # jieba logs to standard error through its own logger; only that one is quietened.
    logging.getLogger("jieba").setLevel(logging.WARNING)
    return jieba.Tokenizer()


@cache
def _user_dictionary() -> str:
    return (resources.files("npcbot.index") / "userdict.txt").read_text(encoding="utf-8")
