"""Quotations checked against the documents: exact, but for their form, different, of another version, or not there.

Letters decide: two texts are compared character by character, folded one by one (``npcbot.lookups.scan``). The verdict
speaks of this copy of the documents, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from npcbot.answer.citation import Citation
from npcbot.errors import QuestionError
from npcbot.index import Collection, DocumentInfo
from npcbot.lookups import align, elided
from npcbot.lookups.claims import Claim, claims_of
from npcbot.lookups.compare import Change, compare
from npcbot.lookups.edges import whole_numbers
from npcbot.lookups.quotations import Quotation, parts, quotations
from npcbot.lookups.scan import Places, Scan, Scanned, scan_of, scanned
from npcbot.retrieval.narrowing import Catalogue
from npcbot.retrieval.versions import out_of_force, repealed
from npcbot.types import Kind, Span

#: The share of a quotation's letters that must stand in a place, in their order, for it to be a quotation of it; of
#: one of at most so many letters a greater share.
_SHARE: Final = 0.7
_SHORT: Final = 8
_SHORT_SHARE: Final = 0.74
#: The longest text that is checked, in characters, and how many quotations of it.
MOST_CHARACTERS: Final = 200_000
MOST_QUOTATIONS: Final = 500
#: Places of an exact quotation that are compared and told.
_TOLD: Final = 50


class Verdict(StrEnum):
    EXACT = "exact"
    FORM = "exact_but_for_form"
    VERSION = "another_version"
    DIFFERS = "differs"
    #: Every part between words left out stands somewhere, but no document has them one behind another.
    SPLICED = "spliced"
    ABSENT = "absent"
    #: A reference without a quotation: there is such an article, or not.
    FOUND = "found"


#: Of the parts of a quotation, from the best to the worst.
_ORDER: Final = (Verdict.EXACT, Verdict.FORM, Verdict.VERSION, Verdict.DIFFERS, Verdict.ABSENT)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document that a quotation was compared with: ``original`` is its text at ``span``, breaks of the
    page left out; ``changes`` turn the quotation into it."""

    collection: str
    info: DocumentInfo
    span: Span
    original: str
    changes: tuple[Change, ...]
    locator: str
    passage_id: str

    @property
    def verdict(self) -> Verdict:
        if not self.changes:
            return Verdict.EXACT
        return Verdict.FORM if all(change.form for change in self.changes) else Verdict.DIFFERS


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a quotation between words left out; ``text`` is what ``changes`` are offsets of. ``current`` is
    the stretch of the version in force, where the quotation is of one that is not; ``elsewhere`` counts further places
    that are as good."""

    text: str
    verdict: Verdict
    place: Place | None
    current: Place | None = None
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """``claimed`` says whether the quotation stands where the reference puts it, ``None`` where there is none or what
    it names is not there; ``articles`` are what it points at, none for a report; ``note`` is a remark for people."""

    quotation: Quotation
    verdict: Verdict
    parts: tuple[Part, ...]
    claimed: bool | None = None
    articles: tuple[Citation, ...] = ()
    note: str = ""


class Checker:
    """Checks quotations against some opened collections. Their texts are scanned once."""

    def __init__(self, collections: Sequence[Collection], today: str = "") -> None:
        self._collections = tuple(collections)
        documents = [(c.name, info) for c in collections for info in c.documents()]
        self._catalogue = Catalogue(documents)
        self._reports = [one for one in documents if one[1].kind is Kind.REPORT]
        self._today = today or date.today().isoformat()
        self._old = {c.name: out_of_force(c.documents(), self._today) for c in collections}
        self._places: dict[tuple[str, str], Places] = {}
        self._made: dict[tuple[str, int], Scanned] = {}

    def check(self, text: str) -> list[Checked]:
        """Every quotation of a text, in order.

        Raises:
            QuestionError: the text is empty, too long, or quotes too much.
            QuoteRefused, IndexDamaged: the index does not hold what it should.
        """
        if len(text) > MOST_CHARACTERS:
            raise QuestionError(
                f"The text has {len(text):,} characters; at most {MOST_CHARACTERS:,} are checked.", "Give it in pieces."
            )
        found = quotations(text, self._catalogue, self._reports)
        if not any(char.isalnum() for char in text):
            raise QuestionError("There is nothing to check.", "Give a text that quotes something: npcbot verify FILE")
        if len(found) > MOST_QUOTATIONS:
            raise QuestionError(
                f"The text has {len(found):,} quotations and references; at most {MOST_QUOTATIONS:,} are checked.",
                "Give it in pieces.",
            )
        checked = [self._check(one) for one in found]
        if len(found) == 1 and not found[0].quoted and found[0].reference is None:
            return self._as_a_whole(found[0], checked[0])
        return checked

    def _as_a_whole(self, quotation: Quotation, checked: Checked) -> list[Checked]:
        """A message without marks is one quotation, or each of its lines is."""
        lines = [line for line in quotation.text.splitlines() if sum(map(str.isalnum, line)) > 3]
        if checked.verdict is not Verdict.ABSENT or len(lines) < 2:
            return [checked]
        found, position = [], 0
        for line in lines:
            start = quotation.text.index(line, position)
            position = start + len(line)
            span = (quotation.span[0] + start, quotation.span[0] + position)
            found.append(self._check(Quotation(span, line.strip(), quoted=False)))
        return found

    def _check(self, quotation: Quotation) -> Checked:
        reference = quotation.reference
        claims, articles, note = claims_of(self._collections, reference) if reference is not None else ((), (), "")
        if reference is not None and not quotation.quoted:
            return Checked(quotation, Verdict.FOUND if articles else Verdict.ABSENT, (), None, articles, note)
        within = frozenset((claim.collection, claim.document_id) for claim in claims)
        texts = parts(quotation.text)
        row, others = self._together(texts, claims) if len(texts) > 1 else ((), 0)
        checked = [self._judged(text, place, others) for text, place in zip(texts, row, strict=False)]
        for text in texts[len(row) :]:
            # What stands between words left out is looked for first where the last piece was.
            last = [(one.place.collection, one.place.info.document_id) for one in checked[-1:] if one.place is not None]
            checked.append(self._part(text, within or frozenset(last), claims))
        worst = max((part.verdict for part in checked), key=_ORDER.index, default=Verdict.ABSENT)
        if len(texts) > 1 and not row and _ORDER.index(worst) <= _ORDER.index(Verdict.VERSION):
            worst = Verdict.SPLICED
        if len(locators := dict.fromkeys(place.locator for place in row)) > 1:
            note = f"省略号前后的话不在同一处，依次在{'、'.join(locators)}。{note}"
        claimed = None
        if claims and worst is not Verdict.ABSENT:
            claimed = all(part.place is not None and _inside(part.place, claims) for part in checked)
        return Checked(quotation, worst, tuple(checked), claimed, articles, note)

    def _part(self, text: str, within: frozenset[tuple[str, str]], claims: Sequence[Claim]) -> Part:
        letters = scanned(text, letters=True).text
        if not letters:
            return Part(text, Verdict.ABSENT, None)
        places, more = self._exact(text, letters, within)
        if not places:
            places = self._near(text, letters, claims)
        if not places:
            return Part(text, Verdict.ABSENT, None)

        def rank(place: Place) -> tuple[object, ...]:
            here = (place.collection, place.info.document_id) in within
            old = place.info.document_id in self._old[place.collection]
            words = [change for change in place.changes if not change.form]
            # What a reference claims comes first among equals, then what is in force.
            cost = sum(change.cost for change in words)
            claimed = _inside(place, claims)
            return cost, len(words), not claimed, not here, old, len(place.changes), place.span

        places.sort(key=rank)
        best = places[0]
        same = [place for place in places if place.verdict is best.verdict and place.original == best.original]
        return self._judged(text, best, len(same) - 1 + more)

    def _judged(self, text: str, best: Place, elsewhere: int) -> Part:
        verdict, current = best.verdict, None
        old = best.info.document_id in self._old[best.collection]
        # What is repealed has no version in force, and is quoted as what it was.
        if best.verdict in (Verdict.EXACT, Verdict.FORM) and old and not repealed(best.info, self._today):
            current = self._now(text, scanned(text, letters=True).text, best)
            # Where a reference led to the old version, the one in force may say the same.
            if current is None or current.verdict is Verdict.DIFFERS:
                verdict = Verdict.VERSION
        return Part(text, verdict, best, current if verdict is Verdict.VERSION else None, elsewhere)

    def _together(self, texts: Sequence[str], claims: Sequence[Claim]) -> tuple[tuple[Place, ...], int]:
        """The places of all parts in one document, one behind another, and in how many further ones the same stands so;
        none where no document has them so."""
        letters = [scanned(text, letters=True).text for text in texts]
        found: list[tuple[Place, ...]] = []
        for collection in self._collections if all(letters) else ():
            scan = scan_of(collection)

            def place(part: int, span: Span, collection: Collection = collection, scan: Scan = scan) -> Place | None:
                made = self._place(collection, scan, align.Match(*span, cost=0, share=1.0), texts[part])
                return None if made.verdict is Verdict.DIFFERS else made

            claimed = list(_letters(collection, claims))
            found += islice(elided.rows(scan, letters, claimed, self._old[collection.name], place), _TOLD)
        if not found:
            return (), 0

        def rank(row: tuple[Place, ...]) -> tuple[object, ...]:
            old = row[0].info.document_id in self._old[row[0].collection]
            return sum(not _inside(one, claims) for one in row), old, sum(len(one.changes) for one in row)

        best = min(found, key=rank)
        said = [one.original for one in best]
        return best, sum([one.original for one in row] == said for row in found) - 1

    def _exact(self, text: str, letters: str, within: frozenset[tuple[str, str]]) -> tuple[list[Place], int]:
        """Where the letters stand: all places in the documents ``within``, then as many others as are told; and the
        number of those that are not compared."""
        places, more = [], 0
        for collection in self._collections:
            scan = scan_of(collection)
            old = self._old[collection.name]
            matches = [
                (scan.info(scan.document_at(match.start, letters=True)[0]).document_id, match)
                for match in align.exact(scan, letters)
            ]
            here = [match for name, match in matches if (collection.name, name) in within]
            others = [one for one in matches if (collection.name, one[0]) not in within]
            others.sort(key=lambda one: one[0] in old)
            chosen = [*here, *(match for _, match in others[:_TOLD])]
            places += [self._place(collection, scan, match, text) for match in chosen]
            more += max(len(matches), scan.letters.count(letters)) - len(chosen)
        return places, more

    def _near(self, text: str, letters: str, claims: Sequence[Claim]) -> list[Place]:
        """The nearest places; in the reports that are cited alone, if they have such and none elsewhere says the
        same."""
        needed = _SHORT_SHARE if len(letters) <= _SHORT else _SHARE
        reports = [claim for claim in claims if not claim.spans]
        places, cited = [], []
        for collection in self._collections:
            scan = scan_of(collection)
            matches = align.nearest(scan, letters, 8)
            places += [self._place(collection, scan, match, text) for match in matches if match.share >= needed]
            for start, end in _letters(collection, reports):
                match = align.nearest_in(scan.letters[start:end], letters)
                if match is not None and match.share >= needed:
                    there = replace(match, start=start + match.start, end=start + match.end)
                    cited.append(self._place(collection, scan, there, text))
        if cited and all(place.verdict is Verdict.DIFFERS for place in places):
            return cited
        return list({(one.collection, one.info.document_id, one.span): one for one in [*places, *cited]}.values())

    def _now(self, text: str, letters: str, old: Place) -> Place | None:
        """What the version in force says in place of a stretch of one that is not."""
        collection = next(one for one in self._collections if one.name == old.collection)
        scan = scan_of(collection)
        current = {
            number
            for number, info in enumerate(collection.documents())
            if info.work == old.info.work and info.document_id not in self._old[collection.name]
        }
        found = []
        for number in current:
            made = scan.scanned(number, letters=True)
            match = align.nearest_in(made.text, letters)
            if match is not None and match.share >= _SHARE:
                found.append(self._compared(collection, scan.info(number), made, match.start, match.end, text))
        return min(found, key=lambda place: sum(change.cost for change in place.changes), default=None)

    def _place(self, collection: Collection, scan: Scan, match: align.Match, text: str) -> Place:
        number, start = scan.document_at(match.start, letters=True)
        key = (collection.name, number)
        made = self._made[key] = self._made.get(key) or scan.scanned(number, letters=True)
        whole = self._where(collection, scan.info(number)).text
        start, end = whole_numbers(whole, made, start, start + match.end - match.start)
        return self._compared(collection, scan.info(number), made, start, end, text)

    def _compared(
        self, collection: Collection, info: DocumentInfo, made: Scanned, start: int, end: int, text: str
    ) -> Place:
        where = self._where(collection, info)
        span, original, changes = compare(text, where, made, start, end)
        stored = where.at(span[0])
        return Place(
            collection=collection.name,
            info=info,
            span=span,
            original=original,
            changes=changes,
            locator=where.locator(*span),
            passage_id=stored.passage_id if stored is not None else "",
        )

    def _where(self, collection: Collection, info: DocumentInfo) -> Places:
        key = (collection.name, info.document_id)
        if key not in self._places:
            self._places[key] = Places(collection, info)
        return self._places[key]


def _inside(place: Place, claims: Sequence[Claim]) -> bool:
    return any(claim.holds(place.collection, place.info.document_id, place.span) for claim in claims)


def _letters(collection: Collection, claims: Sequence[Claim]) -> Iterator[Span]:
    """Where in the letters of a collection is what its documents are claimed to say."""
    for claim in claims:
        if claim.collection == collection.name:
            for span in claim.spans or ((0, collection.info(claim.document_id).chars),):
                yield scan_of(collection).letters_of(claim.document_id, [span])


def as_json(checked: Sequence[Checked]) -> list[dict[str, Any]]:
    """The list that ``npcbot verify --json`` prints; offsets in code points of what each is said to be of."""
    return [
        {
            "span": list(one.quotation.span),
            "text": one.quotation.text,
            "quoted": one.quotation.quoted,
            "verdict": one.verdict.value,
            "reference": one.quotation.reference.name if one.quotation.reference is not None else None,
            "stands_where_claimed": one.claimed,
            "note": one.note,
            "parts": [
                {
                    "text": part.text,
                    "verdict": part.verdict.value,
                    "place": _place_json(part.place),
                    "current": _place_json(part.current),
                    "elsewhere": part.elsewhere,
                }
                for part in one.parts
            ],
            "articles": [
                {"passage_id": citation.passage_id, "document_id": citation.document_id, "locator": citation.locator}
                | {"title": citation.title, "date": citation.date, "excerpt": citation.excerpt}
                for citation in one.articles
            ],
        }
        for one in checked
    ]


def _place_json(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "collection": place.collection,
        "document_id": place.info.document_id,
        "title": place.info.title,
        "date": place.info.date,
        "superseded_by": place.info.superseded_by,
        "repealed_by": place.info.repealed_by,
        "repealed_on": place.info.repealed_on,
        "text_sha256": place.info.sha256,
        "passage_id": place.passage_id,
        "locator": place.locator,
        "span": list(place.span),
        "original": place.original,
        "changes": [
            {
                "kind": change.kind.value,
                "quotation": list(change.quotation),
                "original": list(change.original),
                "said": change.said,
                "stands": change.stands,
            }
            for change in place.changes
        ],
    }
