"""Where a named model is looked for."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from huggingface_hub import constants

from npcbot.encoders.hub import load
from npcbot.errors import EncoderError


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> None:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.handle_request, daemon=True).start()
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{port}")


def elsewhere(here: bool) -> str:
    if here:
        raise OSError("not in the cache")
    return "fetched"


@pytest.mark.usefixtures("no_hub")
def test_what_is_here_needs_no_hub() -> None:
    assert load("encoder", "somebody/model", lambda here: here) is True


@pytest.mark.usefixtures("hub")
def test_what_is_not_here_is_fetched() -> None:
    assert load("encoder", "somebody/model", elsewhere) == "fetched"


@pytest.mark.usefixtures("no_hub")
def test_where_there_is_no_hub_it_is_said_and_not_tried() -> None:
    with pytest.raises(EncoderError, match=r"reranker 'somebody/model'.* cannot be reached") as raised:
        load("reranker", "somebody/model", elsewhere)
    assert "reranker.name" in raised.value.hint


@pytest.mark.usefixtures("hub")
def test_a_broken_folder_is_not_looked_for_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="not in the cache"):
        load("encoder", str(tmp_path), elsewhere)
