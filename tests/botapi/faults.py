"""Bad weather: refusals, errors, dropped connections, delays, doubled updates; and Telegram's own flood limits."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from .objects import Json

#: Before the effect of a call: 429, errors of the server, a closed connection, a delay, 403. After it: a closed
#: connection, so that the effect stands and the bot cannot know. Of getUpdates: an update twice, or in another order.
KINDS = {
    "retry_after",
    "error_500",
    "error_502",
    "drop_before",
    "drop_after",
    "slow",
    "forbidden",
    "duplicate",
    "reorder",
}
OF_UPDATES = {"duplicate", "reorder"}


@dataclass
class Fault:
    """``share`` of the calls to ``methods`` (empty: all but getUpdates), at most ``times``; ``seconds`` to wait."""

    kind: str
    share: float
    methods: frozenset[str]
    times: float
    seconds: float


@dataclass
class Faults:
    """What goes wrong, by chance of ``seed``. ``counts`` has each fault done by kind, and by (kind, method)."""

    seed: int = 0
    counts: Counter[str | tuple[str, str]] = field(default_factory=Counter)
    _policy: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(
        self,
        kind: str,
        share: float = 1.0,
        methods: str | Iterable[str] = (),
        times: float = float("inf"),
        seconds: float = 1,
    ) -> None:
        """Let ``kind`` happen from now on; several add up, the first that strikes is done.

        ``seconds`` is what ``retry_after`` says and how long ``slow`` takes.
        :raises ValueError: no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are {', '.join(sorted(KINDS))}")
        names = [methods] if isinstance(methods, str) else methods
        if kind in OF_UPDATES:
            names = ["getUpdates"]
        self._policy.append(Fault(kind, share, frozenset(name.lower() for name in names), times, seconds))

    def clear(self) -> None:
        """Fair weather again; the counts stay."""
        self._policy.clear()

    def strike(self, method: str, of_updates: bool = False) -> Fault | None:
        """The fault that befalls this call, counted, or none."""
        for fault in self._policy:
            if (fault.kind in OF_UPDATES) != of_updates or fault.times <= 0:
                continue
            meant = method.lower() in fault.methods if fault.methods else method.lower() != "getupdates"
            if meant and self._random.random() < fault.share:
                fault.times -= 1
                self.counts[fault.kind] += 1
                self.counts[fault.kind, method] += 1
                return fault
        return None

    def disturb(self, updates: list[Json]) -> list[Json]:
        """The updates as they are served: perhaps one of them twice, perhaps shuffled."""
        fault = self.strike("getUpdates", of_updates=True) if updates else None
        if fault is None:
            return updates
        return [*updates, self._random.choice(updates)] if fault.kind == "duplicate" else updates[::-1]


@dataclass
class FloodLimits:
    """Telegram's limits: ``per_chat`` messages a second, ``per_group`` a minute, ``overall`` a second.

    ``second`` and ``minute`` are how long those last here, so that tests need not wait; ``refused`` counts.
    """

    per_chat: int = 1
    per_group: int = 20
    overall: int = 30
    second: float = 1.0
    minute: float = 60.0
    refused: int = 0
    _taken: dict[tuple[str, int], deque[float]] = field(default_factory=dict)

    def wait(self, chat_id: int, message: bool) -> float:
        """Seconds that the call must wait, or 0 and it is counted. Edits and actions are no ``message``, and count in
        groups all the same."""
        now = time.monotonic()
        limits = []
        if message:
            limits += [("chat", chat_id, self.per_chat, self.second), ("all", 0, self.overall, self.second)]
        if chat_id < 0:
            limits.append(("group", chat_id, self.per_group, self.minute))
        windows = []
        longest = 0.0
        for name, key, most, span in limits:
            taken = self._taken.setdefault((name, key), deque())
            while taken and taken[0] <= now - span:
                taken.popleft()
            if len(taken) >= most:
                longest = max(longest, taken[0] + span - now)
            windows.append(taken)
        if longest:
            self.refused += 1
        else:
            for taken in windows:
                taken.append(now)
        return longest
