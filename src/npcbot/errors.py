"""Errors meant for people: what is wrong, where, and what to do. The terminal prints them and exits with status 2."""

from __future__ import annotations


class NpcbotError(Exception):
    """Root of the tree. ``hint`` says what to do next; ``str()`` gives both, one line each."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class ConfigError(NpcbotError):
    """A setting is missing, misspelt or out of range."""


class DocumentError(NpcbotError):
    """A file cannot be read as a document; the message names the file. ``reason`` is for those who say it in other
    words: ``too_large``, ``empty``, ``no_text``, ``not_text``, ``bomb``, ``encrypted``, ``unknown_kind``, ``other``."""

    def __init__(self, message: str, hint: str = "", reason: str = "other") -> None:
        super().__init__(message, hint)
        self.reason = reason


class EncoderError(NpcbotError):
    """An encoder is missing or broken."""


class IndexMissing(NpcbotError):
    """No index where one was asked for."""


class IndexMismatch(NpcbotError):
    """The index was made by another encoder, folding or setting; the hint is the command that mends it."""


class IndexDamaged(NpcbotError):
    """A file of the index is not what its manifest says."""


class IndexBusy(NpcbotError):
    """Another process is writing to this collection."""


class IndexUnwritable(NpcbotError):
    """The disk is full or the folder of the index cannot be written; the old index is as it was."""


class QuestionError(NpcbotError):
    """The question cannot be asked as it stands."""


class QuoteRefused(NpcbotError):
    """A rendered quotation is not the document's text at its spans; it is never shown."""
