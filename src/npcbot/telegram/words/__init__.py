"""What the bot says, in Simplified Chinese, Traditional Chinese and English. Quotations are never among it.

The texts stand in the ``.toml`` files beside this one, a table for each: ``hans``, ``hant``, ``en``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final

LANGUAGES: Final = ("hans", "hant", "en")
#: What Telegram calls the languages, for its menus of commands; "" is for everybody else.
CODES: Final = {"zh": "hans", "en": "en", "": "hans"}


class Words:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = {key: texts[language] for key, texts in _all().items()}

    @classmethod
    def of(cls, code: str | None) -> Words:
        """For one of ``LANGUAGES``, or a language tag as Telegram gives it (``zh-hant``, ``zh-TW``, ``en-GB``); the
        documents' own language where a person's is not known."""
        return _words(_language((code or "").casefold()))

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def say(self, key: str, **values: object) -> str:
        """The text with its ``{places}`` filled in."""
        return self._texts[key].format(**values)


def _language(code: str) -> str:
    if code in LANGUAGES:
        return code
    parts = code.replace("_", "-").split("-")
    if parts[0] not in ("zh", "yue", "lzh", ""):
        return "en"
    return "hant" if {"hant", "tw", "hk", "mo"} & set(parts) or parts[0] == "yue" else "hans"


@cache
def _words(language: str) -> Words:
    return Words(language)


@cache
def _all() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            found.update(tomllib.loads(file.read_text("utf-8")))
    return found
