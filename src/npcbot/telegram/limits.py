"""How much is asked: by a person, in a chat, in all. Over the limit it is said once, then there is silence."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from enum import Enum
from typing import Final, NamedTuple

#: Persons and chats that are remembered; the longest silent are forgotten first.
_REMEMBERED: Final = 100_000


class Verdict(Enum):
    YES = "yes"
    SAY_ONCE = "say once"
    SILENT = "silent"


class Rate(NamedTuple):
    """At most ``most`` in any ``seconds``."""

    most: int
    seconds: float

    @classmethod
    def of(cls, text: str) -> Rate:
        """From ``"10/60"``."""
        count, seconds = text.split("/")
        return cls(int(count), float(seconds))


class Window:
    """The moments of the last events of each key."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._moments: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> float:
        """Seconds until one more is within the rate; 0 where it is now."""
        moments = self._moments.get(key)
        if moments is None or len(moments) < self.rate.most:
            return 0.0
        return max(0.0, moments[0] + self.rate.seconds - now)

    def note(self, key: Hashable, now: float) -> None:
        moments = self._moments.setdefault(key, deque(maxlen=self.rate.most))
        moments.append(now)
        self._moments.move_to_end(key)
        while len(self._moments) > _REMEMBERED:
            self._moments.popitem(last=False)


class Limits:
    """Rates as ``"10/60"``: so many in so many seconds."""

    def __init__(
        self, per_person: str, per_chat: str, overall: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._windows = (Window(Rate.of(per_person)), Window(Rate.of(per_chat)), Window(Rate.of(overall)))
        self._clock = clock
        self._told: OrderedDict[Hashable, None] = OrderedDict()

    def allow(self, person: Hashable, chat_id: int) -> Verdict:
        """Whether one more question is taken; only a question taken counts. Who was told is told again once a question
        of theirs was taken since."""
        now = self._clock()
        keys: tuple[Hashable, ...] = (person, chat_id, None)
        if any(window.wait(key, now) for window, key in zip(self._windows, keys, strict=True)):
            if (person, chat_id) in self._told:
                return Verdict.SILENT
            self._told[person, chat_id] = None
            while len(self._told) > _REMEMBERED:
                self._told.popitem(last=False)
            return Verdict.SAY_ONCE
        for window, key in zip(self._windows, keys, strict=True):
            window.note(key, now)
        self._told.pop((person, chat_id), None)
        return Verdict.YES
