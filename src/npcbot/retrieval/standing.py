"""How the documents stand: which of them hold on a day, and which are statutes. Worked out once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from npcbot.index.collection import Collection
from npcbot.passages.works import is_statute
from npcbot.retrieval.versions import out_of_force

#: Days for which it is kept which documents held on them.
_DAYS: Final = 64

Mask = npt.NDArray[np.bool_]


class Standing:
    """Of the documents of some collections, which are known by their names."""

    def __init__(self, collections: Sequence[Collection]) -> None:
        self._collections = {collection.name: collection for collection in collections}
        self._out_of_force: dict[tuple[str, str], frozenset[str]] = {}
        self._statutes: dict[str, Mask] = {}

    def out_of_force(self, name: str, day: str) -> frozenset[str]:
        """The documents of a collection that do not hold on a day."""
        if (known := self._out_of_force.get((name, day))) is None:
            if len(self._out_of_force) >= _DAYS:
                self._out_of_force.clear()
            known = self._out_of_force[name, day] = out_of_force(self._collections[name].documents(), day)
        return known

    def in_force(self, name: str, day: str) -> Mask:
        """Which passages of a collection belong to documents that hold on a day, ``(n,)``."""
        collection = self._collections[name]
        rows = np.ones(collection.n, dtype=np.bool_)
        for old in map(collection.info, self.out_of_force(name, day)):
            rows[old.first_row : old.end_row] = False
        return rows

    def statutes(self, name: str) -> Mask:
        """Which passages of a collection are of statutes, by the titles of their documents, ``(n,)``."""
        if (known := self._statutes.get(name)) is None:
            collection = self._collections[name]
            known = np.zeros(collection.n, dtype=np.bool_)
            for info in collection.documents():
                known[info.first_row : info.end_row] = is_statute(info.title)
            self._statutes[name] = known
        return known
