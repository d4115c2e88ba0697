"""What the encoder and the reader are trained on, one JSON object a line.

    python embeddings/lessons.py --shared ../shared --out FOLDER

``questions.jsonl``: the questions of ``shared/train`` and of ``questions/``, which the project has written, with the
windows that answer them and those that look as if they did: found by BM25 and the encoder together, without those that
hold a gold answer or nearly repeat a gold passage.
``made.jsonl``: pairs made from ``shared/corpus`` alone, by its structure (``self_supervised``).
Nothing of it is shipped.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

from rapidfuzz import fuzz
from written import LAWS, documents, encyclopedia, english, reports, rules, statutes, unanswered

from npcbot.config import load_settings
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.evaluation import beir
from npcbot.evaluation.measure import holds, indexed
from npcbot.index.enrich import looks_back_on, passage_text, window_text
from npcbot.numerals import parse_numeral
from npcbot.passages import display, sentences, split, windows
from npcbot.retrieval import confidence
from npcbot.retrieval.engine import Engine
from npcbot.terminal.indexing import ProgressLine
from npcbot.types import Document, Kind, Passage, Span

SETS = (LAWS, "cmrc2018_dev", "drcd_dev_simp")
#: Sets of lay questions, which several articles may answer; the answers of the first are advice and not quotations.
LEGAL = (LAWS, "statutes")
#: Hits looked through for negatives, and how many are kept.
DEEP, KEPT = 40, 16
#: Share of equal characters from which a negative is taken for another copy of the gold passage.
COPY = 70
#: Articles of one number in two versions are the same one, changed, between these shares of equal characters.
ALIKE = (50, 95)
#: Pairs kept of each kind that is made.
MOST = 1500
#: Share of the passages asked about in English, and of windows that may have a term that is asked about.
LOOKED_AT, COMMON = 0.15, 0.02


@dataclass
class Lesson:
    """``positives`` and ``negatives`` are window texts as they are embedded, negatives best first; ``siblings`` the
    other windows of the gold passages; ``answers`` the gold ones, empty where none is a quotation; ``records`` those
    that answer."""

    source: str
    query: str
    positives: list[str]
    negatives: list[str] = field(default_factory=list)
    siblings: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)


def shown(document: Document, passage: Passage, window: Span) -> str:
    whole = window == (passage.start, passage.end)
    return passage_text(document, passage) if whole else window_text(document, passage, window)


def spans_of(document: Document, passage: Passage, size: int) -> list[Span]:
    """The passage's windows, or all of it where it is too short to have any."""
    return list(windows(document, passage, size)) or [(passage.start, passage.end)]


def windows_of(document: Document, passage: Passage, size: int) -> list[str]:
    return [shown(document, passage, window) for window in spans_of(document, passage, size)]


def mined(dataset: beir.Dataset, engine: Engine, size: int) -> Iterator[Lesson]:
    (collection,) = engine.collections
    progress = ProgressLine()
    for number, (query_id, question) in enumerate(dataset.queries.items(), 1):
        progress(f"mine {dataset.name}", number, len(dataset.queries))
        gold = dataset.qrels.get(query_id, {})
        answers = [] if dataset.name == LAWS else list(dataset.answers.get(query_id, ()))
        positives: list[str] = []
        siblings: list[str] = []
        of_gold = [range(info.first_row, info.end_row) for info in map(collection.info, gold)]
        for stored in collection.passages(row for rows in of_gold for row in rows) if answers else ():
            document = collection.document(stored.document_id)
            for window in spans_of(document, stored.passage, size):
                # An answer that stands in the title alone is none.
                said = display(document.text, *window, stored.passage)
                (positives if holds(said, answers) else siblings).append(shown(document, stored.passage, window))
        if dataset.name in LEGAL and not positives:
            # Nothing is quoted, or so much that no window holds it.
            answers, siblings = [], []
            vector = engine.query(question).vector
            for rows in of_gold:
                found = collection.score(vector, rows)
                best = int(found.scores.argmax())
                (stored,) = collection.passages([rows[best]])
                document = collection.document(stored.document_id)
                positives.append(shown(document, stored.passage, tuple(map(int, found.spans[best]))))
                siblings += [t for t in windows_of(document, stored.passage, size) if t not in positives]
        if not positives:
            continue
        copies = [collection.document(record).text for record in gold]
        negatives = []
        for hit in engine.search(question, DEEP, narrow=False).hits:
            document = engine.document(hit)
            text = shown(document, hit.stored.passage, hit.window)
            if hit.info.document_id in gold or (answers and holds(text, answers)):
                continue
            if dataset.name in LEGAL and any(fuzz.partial_ratio(document.text, copy) > COPY for copy in copies):
                continue
            negatives.append(text)
            if len(negatives) == KEPT:
                break
        yield Lesson(dataset.name, question, positives, negatives, siblings, answers, list(gold))
    progress.close()


# -- pairs made from the corpus ---------------------------------------------------------------------------------------

_CITED = re.compile(r"本(?:法|条例)第([一二三四五六七八九十百千]+)条")
_NUMBERED = re.compile(r"^第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十]+)?\s*")
_BREACH = re.compile(
    r"^.*?(?:违反)?(?:本|依照)[^，。]{0,6}?(?:法|条例|办法|规定|细则|章程)(?:第[^，。]*?条)?(?:的?规定)?，?"
)
#: What a sentence of a list begins with; it is no part of a question.
_ITEM = re.compile(r"^[“”\"]?[（(][^）)]{1,3}[)）]\s*")
_DATED = re.compile(r"\s*[（(]?\d{4}[-年].*$")
_FIGURE = re.compile(
    r"(?:^|[，。；])([\u4e00-\u9fff]{4,14}?)(?:达到?|增长|增加到?|完成|为|超过|下降到?|减少)了?(?:约|近)?"
    r"(\d[\d.,]*(?:万亿|亿|万)?(?:元|人|公里|%|吨|斤|户|件|部|个|亩)?)"
)
#: A sentence of the law, the questions that it answers. ``{0}`` is what the first group holds.
_ASKED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(r"本(?:法|条例|办法|规定|解释)?所称的?([^，。；、]{2,14})，?(?:是指|指|包括)"),
        ("什么是{0}？", "{0}是什么意思？", "{0}指的是什么？", "法律上{0}怎么定义？"),
    ),
    (
        re.compile(r"([^，。；]{6,36})的，[^。]{0,40}(?:处[^。，]{0,20}(?:罚款|拘留|有期徒刑)|责令改正)"),
        ("{0}，会受到什么处罚？", "{0}怎么处罚？", "{0}会被罚吗？", "如果{0}，要承担什么责任？"),
    ),
    (
        re.compile(r"(?:^|。|\n)([^，。；]{2,16}不得[^，。；]{3,26})(?=[。；])"),
        ("{no}吗？", "是否允许{no}？", "{no}，违法吗？"),
    ),
    (
        re.compile(r"(?:^|。|\n)([^，。；]{2,16}可以[^，。；]{3,26})(?=[。；])"),
        ("{0}吗？", "{can}，可以吗？"),
    ),
    (
        re.compile(r"(?:^|。|\n)([^，。；]{2,14}应当)在?自?[^，。；]{0,20}[日天月年](?:以?内|前)([^，。；]{2,20})"),
        ("{0}多长时间内{1}？", "{0}什么时候{1}？", "{1}的期限是几天？"),
    ),
    (
        re.compile(r"([^，。；]{2,16}部门)(?:主管|负责)([^，。；]{3,22}工作)"),
        ("哪个部门负责{1}？", "{1}由谁管？", "谁主管{1}？"),
    ),
)


_IN_ENGLISH = (
    "What does the law say about {0}?",
    "What are the rules on {0}?",
    "{0}",
    "How is {0} regulated?",
    "What was said about {0}?",
    "Who is responsible for {0}?",
    "Which provisions concern {0}?",
)


def in_english(windows: Sequence[str], random: random.Random) -> Iterator[Lesson]:
    """Questions of two to four terms of the glossary that a window has in Chinese and few other windows have."""
    held = [[english for english, pattern in terms() if pattern.search(window)] for window in windows]
    counts = Counter(english for some in held for english in some)
    for window, some in zip(windows, held, strict=True):
        rare = [one for one in some if counts[one] <= COMMON * len(windows)]
        # A term within a longer one says nothing more.
        rare = [one for one in rare if not any(one != other and one in other for other in rare)]
        if len(rare) > 1:
            chosen = random.sample(rare, min(len(rare), random.choice((2, 2, 3, 4))))
            listed = ", ".join(chosen[:-1]) + f" and {chosen[-1]}"
            yield Lesson("english", random.choice(_IN_ENGLISH).format(listed), [window])


@cache
def terms() -> list[tuple[str, re.Pattern[str]]]:
    text = (resources.files("npcbot.retrieval") / "glossary.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return [(english, re.compile("|".join(map(re.escape, chinese.split())))) for english, chinese in rows]


def self_supervised(folder: Path, size: int, random: random.Random) -> Iterator[Lesson]:
    """Title or heading and paragraph; a sentence and the rest of its paragraph; a law's article and the one it cites;
    the same article in two versions; questions by template of definitions, penalties, bans, permissions, periods,
    competences and figures; English terms and a window that has them in Chinese."""
    versions: dict[tuple[str, str], list[tuple[str, str]]] = {}
    picked: list[str] = []
    for document in documents(folder):
        title = _DATED.sub("", document.title) or document.title
        passages = split(document)
        by_article = {passage.article: passage for passage in passages if passage.article}
        for passage in passages:
            body = display(document.text, passage.start, passage.end, passage)
            said = _NUMBERED.sub("", body)
            texts = windows_of(document, passage, size)
            first = texts[0]
            if passage.article and len(said) > 20:
                versions.setdefault((title, passage.article), []).append((said, first))
            if passage.section:
                start, end = passage.section[-1]
                heading = re.sub(
                    r"^\s*[#＃]*\s*(第.{1,4}[编章节]|[一二三四五六七八九十]+、|（.{1,3}）)\s*",
                    "",
                    document.text[start:end],
                )
                heading = re.sub(r"\s+", "", heading)
                if 3 <= len(heading) <= 30:
                    asked = random.choice(("{t} {h}", "{t}关于{h}的规定", "{h}", "{h}有哪些规定？", "{t}怎么规定{h}？"))
                    yield Lesson("heading", asked.format(t=title, h=heading), [random.choice(texts)])
            found = sentences(body)
            if len(found) > 2 and len(body) > 120:
                pick = random.randrange(len(found))
                start, end = found[pick]
                if 12 <= end - start <= 80:
                    rest = body[:start] + body[end:]
                    yield Lesson("rest", _NUMBERED.sub("", body[start:end]), [f"{document.title}\n{rest[: 2 * size]}"])
            for match in _CITED.finditer(said):
                number = parse_numeral(match[1])
                cited = by_article.get(str(number))
                if cited is not None and cited is not passage:
                    around = next((said[s:e] for s, e in sentences(said) if s <= match.start() < e), "")
                    query = _CITED.sub("", around).replace("依照", "").replace("违反规定，", "")
                    if 15 <= len(query) <= 120:
                        yield Lesson("cited", query, [random.choice(windows_of(document, cited, size))])
            for pattern, templates in _ASKED:
                for match in pattern.finditer(said):
                    what = _BREACH.sub("", _ITEM.sub("", match[1].strip()))
                    words = {"no": what.replace("不得", "可以", 1), "can": what.replace("可以", "", 1)}
                    rest_ = match.groups()[1:] or ("",)
                    query = random.choice(templates).format(what, *rest_, **words)
                    holding = [text for text in texts if match[1] in text]
                    if holding:
                        yield Lesson("asked", query, [holding[0]])
            if random.random() < LOOKED_AT:
                picked.append(texts[-1])
            if document.kind is Kind.REPORT and (figure := _FIGURE.search(body)):
                holding = [text for text in texts if figure[0].strip("，。；") in text]
                if holding:
                    year = looks_back_on(document, passage) or document.date[:4]
                    asked = random.choice(("{w}是多少？", "{y}年{w}多少？", "{w}有多少", "{y}年{w}情况"))
                    yield Lesson("figure", asked.format(w=figure[1], y=year), [holding[0]])
    for found_ in versions.values():
        for (old, _), (new, text) in pairwise(found_):
            if ALIKE[0] < fuzz.ratio(old, new) < ALIKE[1]:
                yield Lesson("version", old[:size], [text])
    yield from in_english(picked, random)


def sampled(lessons: Sequence[Lesson], random: random.Random) -> list[Lesson]:
    """At most ``MOST`` of each kind, and twice as many questions by template; no query twice."""
    by_kind: dict[str, dict[str, Lesson]] = {}
    for lesson in lessons:
        by_kind.setdefault(lesson.source, {}).setdefault(lesson.query, lesson)
    chosen: list[Lesson] = []
    for kind, known in by_kind.items():
        most = 2 * MOST if kind == "asked" else MOST
        pool = list(known.values())
        picked = random.sample(pool, min(most, len(pool)))
        print(f"{kind}: {len(picked)} of {len(pool)}")
        chosen += picked
    return chosen


def write(path: Path, lessons: Sequence[Lesson]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        for lesson in lessons:
            file.write(json.dumps(asdict(lesson), ensure_ascii=False) + "\n")
    part.rename(path)
    print(f"{path.name}: {len(lessons)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    settings = load_settings()
    size = settings.index.window
    corpus = arguments.shared / "corpus"
    chance = random.Random(0)
    write(arguments.out / "made.jsonl", sampled(list(self_supervised(corpus, size, chance)), chance))
    encoder = load_encoder(settings.encoder)
    calibration = confidence.load(bundled_folder() / confidence.FILE, encoder.fingerprint)
    lessons: list[Lesson] = []
    sets = {name: beir.load(arguments.shared / "train" / name) for name in SETS}
    laws, *quoted = sets.values()
    told = reports(corpus)
    own = (statutes(laws), rules(laws), *map(encyclopedia, quoted), *map(english, quoted), told)
    for dataset in (*sets.values(), *own):
        with indexed(settings.home / "eval", dataset, encoder, settings, ProgressLine()) as collection:
            lessons += mined(dataset, Engine([collection], encoder, calibration), size)
    for record, question in unanswered((*sets.values(), told)):
        texts = [text for passage in split(record) for text in windows_of(record, passage, size)]
        lessons.append(Lesson("unanswered", question, [], texts))
    write(arguments.out / "questions.jsonl", lessons)


if __name__ == "__main__":
    main()
