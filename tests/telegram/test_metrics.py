"""/healthz and /metrics on the loopback."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from npcbot.errors import ConfigError
from npcbot.telegram.metrics import Metrics, Pages


def fetched(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_pages() -> None:
    age, alive = [1.5], [True]
    metrics = Metrics(lambda: age[0], lambda: {"default": 7})
    metrics.update("message")
    metrics.answered(0.03, True)
    metrics.answered(0.3, False)
    metrics.limited()
    metrics.refused(429)
    pages = Pages(0, metrics, lambda: alive[0])
    try:
        status, text = fetched(pages.port, "/metrics")
        assert status == 200
        for line in (
            'npcbot_updates_total{kind="message"} 1.0',
            "npcbot_answers_total 2.0",
            "npcbot_abstentions_total 1.0",
            "npcbot_limited_total 1.0",
            'npcbot_refused_total{status="429"} 1.0',
            'npcbot_answer_seconds_bucket{le="0.05"} 1.0',
            "npcbot_queue_age_seconds 1.5",
            'npcbot_index_generation{collection="default"} 7.0',
        ):
            assert line in text
        status, text = fetched(pages.port, "/healthz")
        assert (status, json.loads(text)["ok"]) == (200, True)
        age[0] = 10_000
        assert fetched(pages.port, "/healthz")[0] == 503
        age[0], alive[0] = 0, False
        assert fetched(pages.port, "/healthz")[0] == 503
        assert fetched(pages.port, "/else")[0] == 404
        with pytest.raises(ConfigError, match="cannot be used"):
            Pages(pages.port, metrics, lambda: True)
    finally:
        pages.close()
