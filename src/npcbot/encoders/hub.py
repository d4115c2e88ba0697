"""Loading a named model: from this machine where it is here, else from the model hub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

from npcbot.errors import EncoderError

_SECONDS: Final = 5


def load(what: str, name: str, make: Callable[[bool], Any]) -> Any:
    """``make(True)``, which may use what is on this machine only, or ``make(False)`` where that fails.

    The hub's client would ask for a minute whether a model has changed before it gave up; nothing is asked here of a
    model that was fetched once, and of another one only once whether the hub is there.

    Raises:
        EncoderError: the model, an ``encoder`` or a ``reranker``, cannot be loaded.
    """
    try:
        try:
            return make(True)
        except Exception:
            if Path(name).exists():
                raise
            _reach_hub()
            return make(False)
    except Exception as error:  # whatever torch, transformers and the hub client raise
        raise EncoderError(
            f"The {what} {name!r} cannot be loaded: {error}",
            f"Check {what}.name in the settings: a folder, or a model's name that can be reached.",
        ) from error


def _reach_hub() -> None:
    from huggingface_hub.constants import ENDPOINT

    try:
        urlopen(ENDPOINT, timeout=_SECONDS).close()
    except HTTPError:
        pass  # It answers.
    except OSError as error:
        raise OSError(f"it is not on this machine, and {ENDPOINT} cannot be reached ({error})") from error
