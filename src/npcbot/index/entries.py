"""The passages of a store as a backend takes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter

from npcbot.index.backend import Entry
from npcbot.index.cache import Cache

_QUERY = """
SELECT p.row, p.passage_id, p.content, d.document_id, w.start, w.end, w.content
FROM windows w JOIN passages p ON p.row = w.passage JOIN documents d ON d.row = p.document ORDER BY w.row
"""


class Entries:
    """Iterable again and again; tokens and vectors are read from the cache when asked for.

    ``fresh`` names the documents whose passages the generation before did not hold as they are now.
    """

    def __init__(self, db: sqlite3.Connection, cache: Cache, fresh: Collection[str] = ()) -> None:
        self._db, self._cache, self._fresh = db, cache, fresh

    def __iter__(self) -> Iterator[Entry]:
        for row, windows in groupby(self._db.execute(_QUERY), key=itemgetter(0)):
            rows = list(windows)
            _, passage_id, content, document_id, *_ = rows[0]
            yield Entry(
                row=row,
                passage_id=passage_id,
                spans=tuple((start, end) for *_, start, end, _ in rows),
                fresh=document_id in self._fresh,
                tokens=partial(self._cache.tokens, content),
                vectors=partial(self._cache.vectors, [window[-1] for window in rows]),
            )
