"""References answered by structure: 「立法法第七十二条第二款」 is that paragraph and nothing else."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date

from npcbot.answer.articles import Article, Articles, parts_of
from npcbot.answer.citation import Citation, cite, titled
from npcbot.answer.show import status_of
from npcbot.folding import fold_text
from npcbot.index import Collection, DocumentInfo
from npcbot.numerals import to_chinese
from npcbot.retrieval.references import Ambiguous, Reference, Target, chosen
from npcbot.types import Kind, Span

#: Passages of a reference that are shown; a chapter may have a hundred.
MOST = 50
#: Titles that are named where a law is not among the documents.
_CLOSE = 5
_STATE = "中华人民共和国"


def look_up(collections: Sequence[Collection], reference: Reference, day: str = "") -> tuple[list[Citation], list[str]]:
    """What a reference points at, in its order, each quoted whole; and what is to be said of it.

    Raises:
        Ambiguous: several laws fit.
        QuestionError: no version was in force on the day.
        QuoteRefused, IndexDamaged: see ``npcbot.answer.verify``.
    """
    if not reference.named and reference.name:
        return [], [unknown(collections, reference.name)]
    notes: list[str] = []
    if not reference.named:
        reference = _of_the_only_law(collections, reference)
        if not reference.named:
            return [], [f"没有一部法律有{named(reference.targets[0])}。"]
    reference = replace(reference, when=reference.when or day)
    try:
        name, infos = chosen(reference, date.today().isoformat())
    except Ambiguous:
        # Amendments number their articles on from each other: one of 宪法修正案 alone has 第三十二条.
        only = _of_the_only_law(collections, reference, {info.document_id for _, info in reference.named})
        if not only.named:
            raise
        name, infos = chosen(only, date.today().isoformat())
        notes.append(f"「{reference.name}」里只有《{infos[0].title}》有{named(reference.targets[0])}。")
    collection = next(one for one in collections if one.name == name)
    articles = Articles(collection, infos)
    citations: list[Citation] = []
    for target in reference.targets:
        found = articles.meant(target)
        if not found:
            # A book or chapter may be there without its number: the files of the civil code name theirs only.
            lacks = f"没有标明{named(target)}" if target.headings else f"没有{named(target)}"
            notes.append(f"{titled(infos[0].title, infos[0].date)}{lacks}。")
        room = max(0, MOST - len(citations))
        if len(found) > room:
            notes.append(f"{named(target)}共{len(found)}段，只列出前{room}段。")
        for article in found[:room]:
            quoted, missing = quote(collection, article, target, len(citations) + 1)
            citations += quoted
            if missing:
                notes.append(f"{article.stored.passage.locator}{missing}。")
    notes += _moved(collection, reference, articles)
    # 第一条第一款和第二款第三项 are two targets in one article.
    return citations, list(dict.fromkeys(notes))


def quote(collection: Collection, article: Article, target: Target, rank: int) -> tuple[list[Citation], str]:
    """The article, or its 款 and 项 with the opening of the 款, from ``rank`` on; and what is to be said of the parts
    that it lacks, if any: 没有第三款，引的是全条."""
    parts, missing = parts_of(article, target)
    document = collection.document(article.info.document_id)
    citations: list[Citation] = []
    wanted: list[tuple[Span | None, str]] = [*parts] or [(None, "")]
    for part, locator in wanted:
        citation = cite(
            rank + len(citations),
            1.0,
            collection.name,
            article.info,
            article.stored,
            article.blocks,
            document,
            part,
            room=0,
            status=status_of(collection, article.info),
            same_text=tuple(collection.same_text(article.stored.row)),
        )
        citations.append(replace(citation, locator=locator) if locator else citation)
    lacks = f"没有{missing}" + ("" if parts else "，引的是全条") if missing else ""
    return citations, lacks


def named(target: Target) -> str:
    """第七十二条, 第三十条至第三十二条, 第三章."""
    if target.headings:
        return "".join(f"第{to_chinese(int(number))}{unit}" if number else unit for number, unit in target.headings)
    return article_name(target.article) + (f"至{article_name(target.to)}" if target.to else "")


def article_name(number: str) -> str:
    """第一百二十条之一 of ``"120-1"``."""
    whole, _, part = number.partition("-")
    return f"第{to_chinese(int(whole))}条" + (f"之{to_chinese(int(part))}" if part else "")


def unknown(collections: Sequence[Collection], name: str) -> str:
    """That there is no law of a name, and the titles that have its characters in their order (合同法, 劳动合同法) or
    are a part of it."""
    said = fold_text(name.removeprefix(_STATE))
    held = re.compile(".*".join(map(re.escape, said)))
    titles = {info.title for collection in collections for info in collection.documents() if info.kind is Kind.LAW}
    plain = {title: fold_text(title.removeprefix(_STATE)) for title in titles}
    close = sorted(
        (title for title in titles if held.search(plain[title]) or plain[title] in said),
        key=lambda title: (len(title), title),
    )
    listed = "、".join(f"《{title}》" for title in close[:_CLOSE])
    return f"这些文件里没有《{name}》。" + (f"名称相近的有{listed}。" if listed else "")


def _of_the_only_law(
    collections: Sequence[Collection], reference: Reference, among: Container[str] | None = None
) -> Reference:
    """第三条 alone is of the one law that has it (``among`` some documents); unchanged where none has.

    Raises:
        Ambiguous: several have it.
    """
    found: dict[str, list[tuple[str, DocumentInfo]]] = {}
    wanted = reference.targets[0].article
    for collection in collections:
        rows = (
            set(collection.article({info.document_id for info in collection.documents()}, wanted)) if wanted else set()
        )
        for info in collection.documents():
            if among is not None and info.document_id not in among:
                continue
            if info.kind is Kind.LAW and (not wanted or any(info.first_row <= row < info.end_row for row in rows)):
                found.setdefault(info.title, []).append((collection.name, info))
    if len(found) > 1:
        raise Ambiguous(named(reference.targets[0]), [f"《{title}》" for title in found])
    return replace(reference, named=tuple(info for infos in found.values() for info in infos))


def _moved(collection: Collection, reference: Reference, shown: Articles) -> list[str]:
    """Where the content of an article stands in the other versions of the law, if under another number there.

    The question is never changed: what has the number asked for is shown, and this is said beside it.
    """
    work, date_shown = shown.infos[0].work, shown.infos[0].date
    editions: dict[str, list[DocumentInfo]] = {}
    for info in collection.documents():
        if info.work == work and info.kind is Kind.LAW and info.date != date_shown:
            editions.setdefault(info.date, []).append(info)
    notes = []
    for other_date in sorted(editions, reverse=True)[:2]:
        other = Articles(collection, editions[other_date])
        for target in reference.targets:
            if target.to or not target.article:
                continue
            number = target.article
            if shown.text(number) and (there := shown.follow(number, other)) not in (number, ""):
                notes.append(f"这一条的内容在{other_date}版中主要是{article_name(there)}。")
            if other.text(number) and (here := other.follow(number, shown)) not in (number, ""):
                notes.append(
                    f"{other_date}版的{article_name(number)}，内容在本版（{date_shown}）中主要是{article_name(here)}。"
                )
            elif other.text(number) and not here:
                notes.append(f"{other_date}版的{article_name(number)}，本版（{date_shown}）中没有相应的内容。")
    return notes
