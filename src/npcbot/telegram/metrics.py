"""What can be watched: counters and the two pages on a loopback port, ``/healthz`` and ``/metrics``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from npcbot.errors import ConfigError

_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
#: Seconds.
_BUCKETS: Final = (0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 2.0, 5.0, 10.0, 30.0)
#: An update older than this is no longer being worked on as it should. Seconds.
_STUCK: Final = 300.0


class Metrics:
    """``queue_age`` gives seconds, ``generations`` the generation of each public collection."""

    def __init__(
        self,
        queue_age: Callable[[], float] = lambda: 0.0,
        generations: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        self.registry = CollectorRegistry()
        self.queue_age = queue_age
        self._generations = generations
        self._updates = Counter("npcbot_updates", "Updates handled", ["kind"], registry=self.registry)
        self._answers = Counter("npcbot_answers", "Questions answered, abstentions too", registry=self.registry)
        self._abstentions = Counter(
            "npcbot_abstentions", "Questions that the documents do not answer", registry=self.registry
        )
        self._limited = Counter("npcbot_limited", "Questions over the limits", registry=self.registry)
        self._refused = Counter("npcbot_refused", "Calls that Telegram refused", ["status"], registry=self.registry)
        self._latency = Histogram(
            "npcbot_answer_seconds", "From question to answer", buckets=_BUCKETS, registry=self.registry
        )
        self.registry.register(self)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What is read when it is asked for; called by the registry."""
        age = GaugeMetricFamily("npcbot_queue_age_seconds", "Age of the oldest unfinished update")
        age.add_metric([], self.queue_age())
        yield age
        generation = GaugeMetricFamily("npcbot_index_generation", "Generation of the index", labels=["collection"])
        for name, number in self._generations().items():
            generation.add_metric([name], number)
        yield generation

    def update(self, kind: str) -> None:
        self._updates.labels(kind).inc()

    def answered(self, seconds: float, answered: bool) -> None:
        self._answers.inc()
        self._latency.observe(seconds)
        if not answered:
            self._abstentions.inc()

    def limited(self) -> None:
        self._limited.inc()

    def refused(self, status: int) -> None:
        self._refused.labels(str(status)).inc()


class Pages:
    """Serves both pages on this machine alone; ``port`` is the one it got where 0 was asked for. ``alive`` says whether
    updates are still being fetched.

    Raises:
        ConfigError: the port is taken.
    """

    def __init__(self, port: int, metrics: Metrics, alive: Callable[[], bool]) -> None:
        def health() -> tuple[HTTPStatus, bytes, str]:
            age = metrics.queue_age()
            well = alive() and age < _STUCK
            said = json.dumps({"ok": well, "polling": alive(), "queue_age_seconds": round(age, 1)}).encode()
            return (HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE), said, "application/json"

        pages: dict[str, Callable[[], tuple[HTTPStatus, bytes, str]]] = {
            "/healthz": health,
            "/metrics": lambda: (HTTPStatus.OK, generate_latest(metrics.registry), _TYPE),
        }

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = pages.get(self.path)
                status, body, kind = page() if page else (HTTPStatus.NOT_FOUND, b"", "text/plain")
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                return

        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        except OSError as error:
            raise ConfigError(
                f"telegram.health_port: port {port} cannot be used: {error.strerror}", "Name another, or 0 for none."
            ) from error
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, name="pages", daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
