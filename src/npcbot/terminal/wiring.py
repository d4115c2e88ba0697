"""Opens what a command needs, once: collections, encoder, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from npcbot.answer import Answerer
from npcbot.config import Settings
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.index import Collection
from npcbot.retrieval import confidence
from npcbot.retrieval.engine import Engine
from npcbot.terminal.plain import chosen
from npcbot.types import Encoder


class Opened:
    """Collections opened for asking; notices newer generations. A context manager."""

    def __init__(self, settings: Settings, names: Sequence[str]) -> None:
        self._settings = settings
        self._names = chosen(settings, tuple(names))
        self._stack = ExitStack()
        self._encoder: Encoder = load_encoder(settings.encoder)
        self.collections: list[Collection] = []
        self.answerer = self._open()

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def fresh(self) -> Answerer:
        """The answerer over the current generations, opened anew where one was replaced."""
        if any(collection.stale() for collection in self.collections):
            self._stack.close()
            self._stack = ExitStack()
            self.answerer = self._open()
        return self.answerer

    def _open(self) -> Answerer:
        fingerprint = self._encoder.fingerprint
        home = self._settings.home
        self.collections = [
            self._stack.enter_context(Collection.open(home, name, fingerprint=fingerprint)) for name in self._names
        ]
        calibration = confidence.load(bundled_folder() / confidence.FILE, fingerprint)
        engine = Engine(self.collections, self._encoder, calibration, self._settings.retrieval.candidates)
        return Answerer(engine, self._settings.answer, self._settings.retrieval.narrow)
