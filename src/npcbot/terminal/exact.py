"""The commands of the exact look-ups: ``verify``, ``count``, ``diff``, ``trace``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from os.path import isfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from npcbot.errors import DocumentError, QuestionError
from npcbot.terminal.figures import figures_command
from npcbot.terminal.plain import chosen, some_collections, width, written

if TYPE_CHECKING:
    from npcbot.index import Collection

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
#: What names a file and quotes nothing.
_FILE = re.compile(r"\S{1,500}\.(?:txt|md|html?|docx|pdf)", re.IGNORECASE)
#: The largest file that is read for its quotations, in bytes.
_MOST_BYTES = 4_000_000


@contextmanager
def opened(names: tuple[str, ...]) -> Iterator[list[Collection]]:
    """The collections named, or the default ones, whatever encoder made them."""
    from npcbot.config import load_settings
    from npcbot.index import Collection

    settings = load_settings()
    with ExitStack() as stack:
        yield [stack.enter_context(Collection.open(settings.home, name)) for name in chosen(settings, names)]


@click.command()
@click.argument("text", nargs=-1, required=True, metavar="TEXT|FILE|-")
@some_collections
@_json
def verify(text: tuple[str, ...], names: tuple[str, ...], as_json: bool) -> None:
    """Check the quotations in a text or a file, character by character."""
    from npcbot.lookups import check
    from npcbot.lookups.printed import verdicts

    given = _given(text)
    with opened(names) as collections:
        checked = check.Checker(collections).check(given)
    if as_json:
        click.echo(json.dumps(check.as_json(checked), ensure_ascii=False, indent=1))
    else:
        for line in verdicts.lines(checked, colour=sys.stdout.isatty(), width=width()):
            click.echo(line)


@click.command()
@click.argument("terms", nargs=-1, required=True, metavar="TERM...")
@some_collections
@click.option("--by", type=click.Choice(["year", "document", "section"]), default="year", show_default=True)
@click.option("--kind", type=click.Choice(["report", "law", "other"]), default=None, help="Only such documents.")
@click.option(
    "--document", "documents", multiple=True, metavar="DOC", help="Only these: an id, a part of a title, or a date."
)
@click.option("--png", type=click.Path(dir_okay=False), help="Write a chart by year to a file.")
@_json
def count(
    terms: tuple[str, ...],
    names: tuple[str, ...],
    by: str,
    kind: str | None,
    documents: tuple[str, ...],
    png: str | None,
    as_json: bool,
) -> None:
    """Count every occurrence of terms in the whole text, or prove that there is none."""
    from npcbot.index import DocumentInfo
    from npcbot.lookups import count as counting
    from npcbot.lookups.printed.counts import NAMED, lines
    from npcbot.types import Kind

    def wanted(info: DocumentInfo) -> bool:
        return not documents or any(
            word == info.document_id or word in info.title or info.date.startswith(word) for word in documents
        )

    with opened(names) as collections:
        counts = counting.count(collections, terms, kind=Kind(kind) if kind else None, wanted=wanted)
        if png:
            written(png, counting.picture(counts))
        if as_json:
            click.echo(json.dumps(counting.as_json(collections, counts, counting.By(by)), ensure_ascii=False, indent=1))
        else:
            for line in lines(collections, counts, counting.By(by)):
                click.echo(line)
            if not all(counts.totals) and len(counts.searched) > NAMED:
                click.echo("查了哪些文件，见 --json。")


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@some_collections
@click.option("--all", "everything", is_flag=True, help="List articles that did not change too.")
@_json
def diff(old: str, new: str, names: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Compare two versions article by article: 立法法@2015 立法法@2023, or two document ids."""
    from npcbot.lookups.diff import compare_versions
    from npcbot.lookups.naming import named_document
    from npcbot.lookups.printed.diffs import lines

    with opened(names) as collections:
        comparison = compare_versions(named_document(collections, old), named_document(collections, new))
    if as_json:
        click.echo(json.dumps(comparison.as_json(), ensure_ascii=False, indent=1))
    else:
        for line in lines(comparison, colour=sys.stdout.isatty(), width=width(), everything=everything):
            click.echo(line)


@click.command()
@click.argument("passage", nargs=-1, required=True, metavar="PASSAGE_ID|TEXT")
@some_collections
@_json
def trace(passage: tuple[str, ...], names: tuple[str, ...], as_json: bool) -> None:
    """Follow a sentence through the reports of all years."""
    from npcbot.lookups.printed.trails import lines
    from npcbot.lookups.trace import trace as follow

    with opened(names) as collections:
        trail = follow(collections, " ".join(passage))
    if as_json:
        click.echo(json.dumps(trail.as_json(), ensure_ascii=False, indent=1))
    else:
        for line in lines(trail, colour=sys.stdout.isatty(), width=width()):
            click.echo(line)


def _given(text: Sequence[str]) -> str:
    """The words themselves, the contents of the one file named, or standard input for ``-``.

    Raises:
        DocumentError: the file is no text or too large.
        QuestionError: nothing was given.
    """
    if list(text) == ["-"]:
        data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        _check_size("standard input", len(data))
        from npcbot.documents.encoding import decode

        return decode(data, Path("standard input")).text
    # Not Path.is_file: words may be longer than a name can be, which is an error there.
    if len(text) == 1 and isfile(text[0]):
        path = Path(text[0])
        _check_size(str(path), path.stat().st_size)
        from npcbot.documents import read

        return read(path, path.name).text
    if len(text) == 1 and _FILE.fullmatch(text[0]):
        raise DocumentError(f"{text[0]}: there is no such file.", "Check the path; or give the words themselves.")
    said = " ".join(text)
    if not said.strip():
        raise QuestionError("There is nothing to check.", "Give a text that quotes something, or a file.")
    return said


def _check_size(name: str, size: int) -> None:
    if size > _MOST_BYTES:
        raise DocumentError(f"{name}: is too large to be checked.", "Give it in pieces of a few pages.")


commands = (verify, count, diff, trace, figures_command)
