"""A document as people name it: by its id, or by a title with a date behind it (立法法@2015)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from npcbot.answer.citation import titled
from npcbot.errors import QuestionError
from npcbot.folding import fold_unspaced
from npcbot.index import Collection, DocumentInfo
from npcbot.retrieval.narrowing import Catalogue
from npcbot.retrieval.references import Ambiguous, Reference, chosen


def named_document(collections: Sequence[Collection], said: str) -> tuple[Collection, list[DocumentInfo]]:
    """The files of the one version meant, in their order. A year names the version of that year where there is one,
    else the one in force at its end; without a date the version in force today is meant.

    Raises:
        QuestionError: there is none.
        Ambiguous: there are several.
    """
    for collection in collections:
        for info in collection.documents():
            if info.document_id == said:
                return collection, [info]
    name, _, when = said.replace("＠", "@").partition("@")
    folded = fold_unspaced(name).strip("《》<>")
    catalogue = Catalogue((c.name, info) for c in collections for info in c.documents())
    for start, end, named in catalogue.named(folded + "第1"):
        if (start, end) == (0, len(folded)):
            reference = Reference((start, end), name, tuple(named), (), when.strip())
            collection_name, infos = chosen(reference, date.today().isoformat())
            return next(one for one in collections if one.name == collection_name), infos
    return _by_title(collections, folded, when.strip(), said)


def _by_title(
    collections: Sequence[Collection], folded: str, when: str, said: str
) -> tuple[Collection, list[DocumentInfo]]:
    """Reports and the rest: a part of the title, and the date or its beginning."""
    found = [
        (collection, info)
        for collection in collections
        for info in collection.documents()
        if folded and folded in fold_unspaced(info.title) and info.date.startswith(when)
    ]
    exact = [one for one in found if fold_unspaced(one[1].title) == folded]
    if len(exact or found) > 1:
        raise Ambiguous(said, [titled(info.title, info.date) for _, info in exact or found])
    if not found:
        raise QuestionError(f"There is no document {said!r}.", "Name it by its id (npcbot docs) or as 立法法@2015.")
    collection, info = (exact or found)[0]
    return collection, [info]
