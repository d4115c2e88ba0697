"""The collections of a home, opened once, asked by many at a time; newer generations are noticed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final

from npcbot.answer.answer import Answerer
from npcbot.config import Settings
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.index import Collection
from npcbot.retrieval import confidence
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.reading import load_reranking
from npcbot.types import Encoder

#: Combinations of collections whose engines are kept, with what they know of their documents.
_ENGINES: Final = 256


@dataclass(slots=True, eq=False)
class _Opened:
    """A collection with the number of those who use it now; a retired one is closed when the last is done."""

    collection: Collection
    users: int = 0
    retired: bool = False


class Library:
    """Opens collections when they are first asked. Safe to use from several threads; a context manager."""

    def __init__(self, settings: Settings, encoder: Encoder | None = None) -> None:
        self.settings = settings
        self.encoder = encoder or load_encoder(settings.encoder)
        self._calibration = confidence.load(bundled_folder() / confidence.FILE, self.encoder.fingerprint)
        self._reranking = load_reranking(settings)
        self._lock = Lock()
        self._opened: dict[str, _Opened] = {}
        self._engines: OrderedDict[tuple[_Opened, ...], Engine] = OrderedDict()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            for name in list(self._opened):
                self._retire(name)

    @contextmanager
    def answerer(self, names: Sequence[str]) -> Iterator[Answerer]:
        """Asks these collections, in their current generations, as long as the block lasts.

        Raises:
            IndexMissing, IndexMismatch, IndexDamaged: one of them cannot be opened.
        """
        held = self._take(names)
        try:
            yield Answerer(self._engine(tuple(held)), self.settings.answer, self.settings.retrieval.narrow)
        finally:
            self._give_back(held)

    @contextmanager
    def collections(self, names: Sequence[str]) -> Iterator[list[Collection]]:
        """These collections, as ``answerer`` has them."""
        held = self._take(names)
        try:
            yield [opened.collection for opened in held]
        finally:
            self._give_back(held)

    def let_go(self, name: str) -> None:
        """Closes a collection, once the last who uses it is done; it is opened again when it is asked."""
        with self._lock:
            if name in self._opened:
                self._retire(name)

    def _take(self, names: Sequence[str]) -> list[_Opened]:
        with self._lock:
            held: list[_Opened] = []
            try:
                for name in names:
                    held.append(self._current(name))
                    held[-1].users += 1
            except BaseException:
                self._release(held)
                raise
            return held

    def _current(self, name: str) -> _Opened:
        if name in self._opened and self._opened[name].collection.stale():
            self._retire(name)
        if name not in self._opened:
            fingerprint = self.encoder.fingerprint
            self._opened[name] = _Opened(Collection.open(self.settings.home, name, fingerprint=fingerprint))
        return self._opened[name]

    def _engine(self, held: tuple[_Opened, ...]) -> Engine:
        with self._lock:
            engine = self._engines.get(held)
            if engine is None:
                chosen = [opened.collection for opened in held]
                engine = Engine(
                    chosen, self.encoder, self._calibration, self.settings.retrieval.candidates, self._reranking
                )
            # What another thread has retired meanwhile is never asked for again, and nothing would take it away.
            if not any(opened.retired for opened in held):
                self._engines[held] = engine
                self._engines.move_to_end(held)
            while len(self._engines) > _ENGINES:
                self._engines.popitem(last=False)
            return engine

    def _retire(self, name: str) -> None:
        opened = self._opened.pop(name)
        opened.retired = True
        for held in [held for held in self._engines if opened in held]:
            del self._engines[held]
        if not opened.users:
            opened.collection.close()

    def _give_back(self, held: Sequence[_Opened]) -> None:
        with self._lock:
            self._release(held)

    @staticmethod
    def _release(held: Sequence[_Opened]) -> None:
        for opened in held:
            opened.users -= 1
            if opened.retired and not opened.users:
                opened.collection.close()
