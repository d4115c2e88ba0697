"""Tables of strings that open in no time: sorted 64-bit hashes, looked up by bisection, memory-mapped from one file.

A dictionary of half a million words takes half a second to load and a hundred megabytes to hold; a question needs a
few hundred of its entries. Two strings share a hash once in ten million such tables; ``sorted_keys`` refuses then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]


def hash_all(strings: Iterable[str]) -> Keys:
    """uint64 ``(n,)``, the same on every machine and in every run."""
    return np.frombuffer(b"".join(blake2b(s.encode(), digest_size=8).digest() for s in strings), dtype="<u8")


def sorted_keys(strings: Sequence[str]) -> tuple[Keys, npt.NDArray[np.int64]]:
    """The hashes in ascending order and the places they come from. ValueError if two strings share one."""
    keys = hash_all(strings)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    if len(keys) > 1 and bool((keys[1:] == keys[:-1]).any()):
        raise ValueError("two strings of a table share a 64-bit hash (or the same string occurs twice)")
    return keys, order


def find(keys: Keys, strings: Sequence[str]) -> npt.NDArray[np.int64]:
    """int64 ``(len(strings),)``: the place of each string in the sorted ``keys``, -1 where it has none."""
    wanted = hash_all(strings)
    places = np.searchsorted(keys, wanted).astype(np.int64)
    places[places == len(keys)] = -1
    known = places >= 0
    known[known] = keys[places[known]] == wanted[known]
    places[~known] = -1
    return places
