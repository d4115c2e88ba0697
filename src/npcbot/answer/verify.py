"""The gate before answers, passages and figures are shown: every citation is compared with the text at its spans.

It reads the values that the JSON object gives. The lines and messages made of them are read back where they are made
(``terminal.render.check``, ``telegram.compose.assembled``); what ``verify``, ``diff`` and ``trace`` quote beside such
citations they compare themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn, Protocol

from npcbot.answer.citation import ELISION, display_heading
from npcbot.errors import QuoteRefused
from npcbot.passages import joined, strip_breaks
from npcbot.types import sha256

_log: Final = logging.getLogger(__name__)


class Texts(Protocol):
    """Where the stored texts are read from."""

    def text(self, collection: str, document_id: str) -> str:
        """The document's stored text. Raises IndexDamaged where it is not the one that was indexed."""
        ...


def verify(rendered: Mapping[str, Any], texts: Texts) -> None:
    """Checks every citation of an answer as given by ``Answer.as_json``.

    Raises:
        QuoteRefused: a quotation, heading, paragraph or highlight is not the text at its spans, or the text has another
            SHA-256.
    """
    for citation in (*rendered["citations"], *rendered["nearest"]):
        verify_citation(citation, texts)


def verify_citation(citation: Mapping[str, Any], texts: Texts) -> None:
    """See ``verify``."""
    text = texts.text(citation["collection"], citation["document_id"])
    if sha256(text) != citation["text_sha256"]:
        _refuse(citation, "the text has another SHA-256")
    _expect(citation, "excerpt", quoted(text, citation["spans"]))
    _expect(citation, "paragraph", strip_breaks(joined(text, [tuple(s) for s in citation["paragraph_spans"]])))
    for shown, (start, end) in zip(citation["section"], citation["section_spans"], strict=True):
        if shown != display_heading(text, (start, end)) or not shown:
            _refuse(citation, f"the heading {shown!r} is not at {start}–{end}")
    length = len(citation["excerpt"])
    last = 0
    for start, end in citation["highlights"]:
        if not last <= start < end <= length:
            _refuse(citation, f"the highlight {start}–{end} lies outside the excerpt")
        last = end
    for start, end in citation["answers"]:
        if not any(first <= start < end <= last for first, last in citation["highlights"]):
            _refuse(citation, f"the answer {start}–{end} lies outside what is highlighted")


def quoted(text: str, spans: Sequence[Sequence[int]]) -> str:
    """The source text of spans in the form in which quotations are compared."""
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            return ""
    return ELISION.join(strip_breaks(text[start:end]) for start, end in spans)


def _expect(citation: Mapping[str, Any], key: str, source: str) -> None:
    if not source or strip_breaks(citation[key]) != source:
        _refuse(citation, f"the {key} is not the text at its spans")


def _refuse(citation: Mapping[str, Any], reason: str) -> NoReturn:
    _log.error("refused a quotation of %s: %s", citation["passage_id"], reason)
    raise QuoteRefused(
        f"A quotation of {citation['document_id']} ({citation['passage_id']}) was refused: {reason}.",
        f"Nothing is shown. Check the index: npcbot doctor; mend it: npcbot index --rebuild --collection"
        f" {citation['collection']}",
    )
