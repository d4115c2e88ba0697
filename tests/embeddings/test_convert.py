"""What ``convert.py`` refuses before it begins."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("onnx")

from convert import main


def test_a_reader_without_lessons(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["convert.py", "--reader", "nowhere"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "--reader needs --lessons" in capsys.readouterr().err
