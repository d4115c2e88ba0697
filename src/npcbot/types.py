"""The vocabulary of npcbot: what flows from a file to a cited answer.

Offsets count code points of ``Document.text``; a span is half open, ``(start, end)``. Higher scores are better.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Protocol

import numpy as np
import numpy.typing as npt

Span = tuple[int, int]
Vectors = npt.NDArray[np.float32]


class Kind(StrEnum):
    """What a document is, as far as it shapes the way it is cited."""

    REPORT = "report"
    LAW = "law"
    OTHER = "other"


class DateKind(StrEnum):
    DELIVERED = "delivered"
    ADOPTED = "adopted"
    AMENDED = "amended"
    PUBLISHED = "published"
    IN_FORCE = "in_force"


class Source(StrEnum):
    """Where a fact about a document was read; earlier members win over later ones."""

    SIDECAR = "sidecar"
    TEXT = "text"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class TypedDate:
    """One date of a document: ``value`` is ISO 8601, as exact as known (``2023-03-07``, ``2023-03`` or ``2023``)."""

    kind: DateKind
    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading that the file format itself declares (Markdown, HTML, docx): its characters and level, 1 highest."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader got out of a file, before anybody interprets it.

    ``page_starts[i]`` is the offset at which page ``i + 1`` begins; empty where the format has no pages. ``notes`` say
    what a person should know of the reading (a guessed encoding, pages without text).
    """

    text: str
    format: str
    page_starts: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document as stored: its text exactly as extracted and what is known of it.

    ``document_id`` is its place under the indexed root, with ``/``. ``body_start`` is the offset after the front matter
    (title, byline, adoption notes, salutation), which is kept in the text but is never a passage. ``incomplete`` says
    why the text is known not to be whole (empty when it is not known to be). ``notes`` are facts for people.
    """

    document_id: str
    text: str
    title: str
    kind: Kind = Kind.OTHER
    issuer: str = ""
    status: str = ""
    dates: tuple[TypedDate, ...] = ()
    body_start: int = 0
    format: str = "txt"
    page_starts: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    incomplete: str = ""
    notes: tuple[str, ...] = ()
    sha256: str = field(default="")

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", sha256(self.text))

    @property
    def date(self) -> str:
        """The date that a citation names: of delivery, else of the newest amendment, adoption or publication."""
        for kinds in (
            {DateKind.DELIVERED},
            {DateKind.AMENDED, DateKind.ADOPTED, DateKind.PUBLISHED},
            {DateKind.IN_FORCE},
        ):
            if found := [d.value for d in self.dates if d.kind in kinds]:
                return max(found)
        return ""


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest place that can be cited: a stitched paragraph, a 款, a 项, a row of a table.

    Between its ``spans`` lie only line breaks, page breaks and page furniture.
    """

    spans: tuple[Span, ...]
    locator: str

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved: one article, one stitched paragraph, a cut of a long one or a join of short neighbours.

    ``section`` holds the spans of the headings above it, outermost first. ``locator`` names the whole passage, each
    unit's locator the place of a sentence in it. ``block`` is the whole article or paragraph that the passage is of;
    ``article`` its number with Arabic digits (``"1043"``, ``"108-1"`` for 第一百零八条之一), ``""`` outside articles.
    """

    units: tuple[Unit, ...]
    section: tuple[Span, ...]
    locator: str
    block: tuple[Span, ...]
    article: str = ""
    page: int | None = None

    @property
    def start(self) -> int:
        return self.units[0].start

    @property
    def end(self) -> int:
        return self.units[-1].end

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(span for unit in self.units for span in unit.spans)


class Encoder(Protocol):
    """Texts to vectors. ``fingerprint`` changes whenever the same text could give another vector."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def dim(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """float32 ``(len(texts), dim)``, rows of unit length."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 ``(len(texts), dim)``, rows of unit length."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reranker makes of a question and a text: ``score``, the log odds that the text answers it; ``answers``,
    the spans of the text that most likely do, each with its log odds against "not here", best first. Empty where the
    reranker only scores.
    """

    score: float
    answers: tuple[tuple[Span, float], ...] = ()


class Reranker(Protocol):
    """Reads a question and a text together: dearer than vectors and more exact, so for a few candidates only."""

    @property
    def fingerprint(self) -> str: ...

    def prepare(self) -> None:
        """Begins to load what it needs, where that is still to be done, and does not wait for it."""
        ...

    def read(self, question: str, texts: Sequence[str], seconds: float = inf) -> list[Reading]:
        """Readings of the texts in their order; of as many of the first as ``seconds`` are enough for."""
        ...


def sha256(text: str) -> str:
    """Hex SHA-256 of the text's UTF-8 bytes (surrogates cannot occur: readers refuse them)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
