"""The commands about what a collection holds: its documents, one passage with its neighbours, removing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npcbot.answer import Citation
from npcbot.answer.citation import titled
from npcbot.answer.show import show
from npcbot.config import load_settings
from npcbot.errors import IndexMissing
from npcbot.index import Collection, DocumentInfo, Lost, collections
from npcbot.terminal.plain import one


def opened_collection(name: str | None) -> Collection:
    """For reading, whatever encoder made it."""
    settings = load_settings()
    return Collection.open(settings.home, one(settings, name))


def listed(infos: Sequence[DocumentInfo]) -> Iterator[str]:
    """A line a document: id, title, date, kind, passages; then what is to be known of it."""
    for info in infos:
        facts = [
            titled(info.title, info.date),
            str(info.kind),
            f"{info.end_row - info.first_row} passages",
        ]
        facts += [note for note in (info.status, info.incomplete, *info.notes) if note]
        if info.superseded_by:
            facts.append(f"superseded by {info.superseded_by}")
        if info.repealed_by:
            facts.append(f"repealed by {info.repealed_by} from {info.repealed_on} on")
        yield f"{info.document_id}\t" + " · ".join(facts)
    yield f"{len(infos)} documents"


def removed(name: str | None, documents: Sequence[str]) -> Iterator[str]:
    """Removes them; a line each.

    Raises:
        IndexMissing: one of them is not in the collection; then none is removed.
    """
    from npcbot.encoders import load_encoder
    from npcbot.index import update

    settings = load_settings()
    chosen = one(settings, name)
    with Collection.open(settings.home, chosen) as collection:
        for document_id in documents:
            collection.info(document_id)
    report = update(
        settings.home, chosen, (), encoder=load_encoder(settings.encoder), settings=settings.index, remove=documents
    )
    for document_id in report.removed:
        yield f"removed {document_id}"


def found(names: Sequence[str], passage_id: str, context: int) -> list[Citation]:
    """The passage and its neighbours, from the first of the collections that knows it.

    Raises:
        IndexMissing: no collection has it; the message says where its document is there.
    """
    settings = load_settings()
    asked = list(names) or collections(settings.home)
    changed = False
    for name in asked:
        with Collection.open(settings.home, name) as collection:
            stored = collection.find(passage_id)
            if not isinstance(stored, Lost):
                return show(collection, collection.neighbours(stored.row, context, context))
            changed |= stored is Lost.CHANGED
    if changed:
        raise IndexMissing(
            f"The document of passage {passage_id} is here, but has no passage of this id.",
            "Either its text has changed since it was cited: ask again to find it. Or the id is mistyped: copy it as it"
            " stands below an answer.",
        )
    if not asked:
        raise IndexMissing(f"There is no index yet in {settings.home}", "Make one: npcbot index PATH")
    raise IndexMissing(
        f"No passage has the id {passage_id}.",
        f"Searched: {', '.join(asked)}. Copy the id as it stands below an answer, or name its --collection.",
    )
