"""Where a reference says that a quotation stands: in articles, or somewhere in a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from npcbot.answer.citation import Citation
from npcbot.answer.structured import look_up, unknown
from npcbot.errors import QuestionError
from npcbot.index import Collection
from npcbot.retrieval.references import Ambiguous, NotInForce, Reference
from npcbot.types import Span

#: Laws that are named where a reference fits several.
_CHOICES: Final = 8


class Claim(NamedTuple):
    """``spans`` of a document, which are in order; the whole of it where there are none."""

    collection: str
    document_id: str
    spans: tuple[Span, ...]

    def holds(self, collection: str, document_id: str, span: Span) -> bool:
        """Whether a stretch of a document begins in one of the spans and, where it goes on behind that one, reaches the
        next: from the opening of a 款 into the 项 that is cited, not into another."""
        if (collection, document_id) != (self.collection, self.document_id):
            return False
        for number, (start, end) in enumerate(self.spans):
            if start <= span[0] < end:
                return span[1] <= end or all(span[1] > later for later, _ in self.spans[number + 1 : number + 2])
        return not self.spans


def claims_of(
    collections: Sequence[Collection], reference: Reference
) -> tuple[tuple[Claim, ...], tuple[Citation, ...], str]:
    """What a reference claims, the articles that it points at, and a remark for people."""
    if not reference.targets:
        claims = tuple(Claim(collection, info.document_id, ()) for collection, info in reference.named)
        return claims, (), "" if claims else f"这些文件里没有{reference.name}。"
    articles, note = _articles(collections, reference)
    return tuple(Claim(one.collection, one.document_id, one.spans) for one in articles), articles, note


def _articles(collections: Sequence[Collection], reference: Reference) -> tuple[tuple[Citation, ...], str]:
    if not reference.named:
        return (), unknown(collections, reference.name)
    try:
        citations, notes = look_up(collections, reference)
    except Ambiguous as error:
        return (), f"「{error.name}」可以指{'、'.join(error.choices[:_CHOICES])}。"
    except NotInForce as error:
        return (), f"《{error.title}》在{error.day}没有收录的版本，最早的是{error.first}。"
    except QuestionError as error:
        return (), error.message
    return tuple(citations), " ".join(notes)
