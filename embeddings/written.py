"""The questions that the project has written for its models, as data sets over the texts that answer them.

``questions/*.tsv`` hold a question a line: the record that answers (in english.tsv the question of a set that asks the
same, in unanswered.tsv the record that does not answer), the question, and where they are known the words that answer:
whole, or their beginning and end with `` ... `` between. The texts lie in ``shared``; a question whose record is not
there is left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from npcbot.documents import discover, read
from npcbot.errors import NpcbotError
from npcbot.evaluation import beir
from npcbot.passages import display, split
from npcbot.types import Document, Kind

FOLDER = Path(__file__).parent / "questions"
LEFT_OUT = " ... "
#: The set whose records are articles of statutes and regulations.
LAWS = "stard_lrb"
#: What follows on the name of the law in the title of an article.
_ARTICLE = re.compile(r"第[^第]*条(之.{1,3})?$")


def statutes(laws: beir.Dataset) -> beir.Dataset:
    """Lay questions about articles of statutes, two in Chinese and now and then one in English; with the sentence that
    answers, or its words, where the article has several and one does."""
    return answered(laws, "statutes")


def halves(asked: beir.Dataset) -> list[beir.Dataset]:
    """The laws that are asked about in two halves, ``laws_0`` and ``laws_1``: all articles of each, and the questions
    about them, which the other half cannot answer."""
    law_of = {record.document_id: _ARTICLE.sub("", record.title) for record in asked.documents}
    gold = {of: law_of[record] for of, records in asked.qrels.items() for record in records}
    made = []
    for part in (0, 1):
        mine = {law for law in gold.values() if hashlib.sha256(law.encode()).digest()[0] % 2 == part}
        made.append(
            replace(
                asked,
                name=f"laws_{part}",
                documents=tuple(record for record in asked.documents if law_of[record.document_id] in mine),
                queries={of: question for of, question in asked.queries.items() if gold[of] in mine},
            )
        )
    return made


def rules(laws: beir.Dataset) -> beir.Dataset:
    """Questions about articles of regulations as one looks them up, in Chinese and English."""
    return answered(laws, "rules")


def encyclopedia(dataset: beir.Dataset) -> beir.Dataset:
    """Questions in other words than the text's, many for a reason, a manner or a feature."""
    return answered(dataset, "encyclopedia")


def english(dataset: beir.Dataset) -> beir.Dataset:
    """English questions that ask the same as some of the set's."""
    known = [(of, question) for of, question in rows("english") if of in dataset.queries]
    asked = ((next(iter(dataset.qrels[of])), question, dataset.answers[of]) for of, question in known)
    return asked_of(dataset, f"english_{dataset.name}", asked)


def reports(corpus: Path) -> beir.Dataset:
    """Questions about paragraphs of reports, in Chinese and English."""
    read_ = documents(corpus / "reports", corpus / "npcsc-work-report-2023.txt")
    paragraphs = (record for document in read_ for record in records(document))
    return answered(beir.Dataset("reports", tuple(paragraphs), {}, {}, {}), "reports")


def answered(dataset: beir.Dataset, name: str) -> beir.Dataset:
    texts = {record.document_id: record.text for record in dataset.documents}
    known = (row for row in rows(name) if row[0] in texts)
    told = ((of, question, tuple(whole(texts[of], part) for part in answer)) for of, question, *answer in known)
    return asked_of(dataset, name, told)


def unanswered(datasets: Iterable[beir.Dataset]) -> Iterator[tuple[Document, str]]:
    """Questions that a record seems to answer and does not, with the record."""
    known = {record.document_id: record for dataset in datasets for record in dataset.documents}
    for of, question in rows("unanswered"):
        if of in known:
            yield known[of], question


def rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines()]


def whole(text: str, told: str) -> str:
    """The answer in ``text`` of which its beginning and end are ``told``.

    Raises:
        ValueError: it is not there.
    """
    head, _, tail = told.partition(LEFT_OUT)
    start = text.index(head)
    return text[start : text.index(tail, start + len(head)) + len(tail)]


def asked_of(dataset: beir.Dataset, name: str, asked: Iterable[tuple[str, str, tuple[str, ...]]]) -> beir.Dataset:
    """The documents of ``dataset`` with other questions: each the record that answers, its text, its answers."""
    known = {f"{name}{number}": one for number, one in enumerate(asked)}
    return replace(
        dataset,
        name=name,
        queries={key: question for key, (_, question, _) in known.items()},
        qrels={key: {record: 1} for key, (record, _, _) in known.items()},
        answers={key: answers for key, (_, _, answers) in known.items() if answers},
    )


def documents(*places: Path) -> Iterator[Document]:
    for found in discover(places).found:
        try:
            yield read(found.path, found.path.name)
        except NpcbotError as error:
            print(f"left out: {error}")


def records(report: Document) -> Iterator[Document]:
    """Each paragraph under its titles: ``gov1989#19`` is the twentieth of 国务院政府工作报告_1989.txt."""
    name = report.document_id.removesuffix(".txt").replace("国务院政府工作报告_", "gov")
    for number, passage in enumerate(split(report)):
        body = display(report.text, passage.start, passage.end, passage)
        heading = "".join(report.text[start:end].strip() for start, end in passage.section[-1:])
        yield Document(f"{name}#{number}", body, f"{report.title} {heading}".strip(), Kind.OTHER)
