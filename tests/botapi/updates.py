"""The queue of updates: kept until a higher offset confirms them, and served again to whoever asks before."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .objects import Json, ids
from .validation import check_update

#: Sent only to bots that name them.
ON_DEMAND = {"chat_member", "message_reaction", "message_reaction_count"}
MAX_BATCH = 100


class Updates:
    """``wake`` is called whenever an update is added, from whatever thread adds it. Locking is the world's."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake, self._ids = wake, ids(712_000_001)
        self.allowed: list[str] = []
        self.validate = True
        self.pending: list[Json] = []
        self.added: list[Json] = []

    def add(self, kind: str, payload: Json) -> Json | None:
        """Queue an update unless the bot has not asked for its kind. :raises AssertionError: it is not well formed."""
        if kind not in self.allowed if self.allowed else kind in ON_DEMAND:
            return None
        update = {"update_id": next(self._ids), kind: payload}
        if self.validate and (faults := check_update(update)):
            raise AssertionError(f"the update is not well formed: {faults}: {update}")
        self.pending.append(update)
        self.added.append(update)
        self._wake()
        return update

    def confirm(self, offset: int) -> None:
        """Forget the updates before ``offset``; a negative one keeps that many of the last."""
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [one for one in self.pending if one["update_id"] >= offset]

    def allow(self, kinds: Iterable[str]) -> None:
        self.allowed = list(kinds)
