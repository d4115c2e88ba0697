"""``npcbot figures``: a figure followed through the documents, a row a document, and a chart of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import click

from npcbot.errors import QuestionError
from npcbot.terminal.plain import chosen, width, written
from npcbot.visible import visible

if TYPE_CHECKING:
    from npcbot.lookups.figures import Figures, Row

_BAR: Final = "█"
_PLAN: Final = "░"
_LONGEST: Final = 40
#: Documents without a figure that are named.
_NAMED: Final = 20
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_SERIES: Final = {"change": "增减", "over": "多年", "years": ""}
_BOUNDS: Final = {"over": "以上", "under": "以下或接近", "about": "左右"}


@click.command("figures")
@click.argument("term", nargs=-1, required=True)
@click.option(
    "--collection", "names", multiple=True, metavar="NAME", help="A collection to search; may be given several times."
)
@click.option("--unit", default=None, metavar="UNIT", help='Only figures of this unit: 人, 元, %, "% change".')
@click.option("--all", "everything", is_flag=True, help="Laws and other documents too, not only reports.")
@click.option("--png", type=click.Path(dir_okay=False), help="Write a line chart of what is printed to a file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with all figures that were not chosen.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, all units.")
def figures_command(
    term: tuple[str, ...],
    names: tuple[str, ...],
    unit: str | None,
    everything: bool,
    png: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Follow a figure through the documents: what each says of it, with the sentence that says it."""
    from npcbot.config import load_settings
    from npcbot.index import Collection
    from npcbot.lookups.figures import drawn, follow
    from npcbot.types import Kind

    if as_json and as_csv:
        raise QuestionError("--json and --csv cannot both be printed.", "Give one of them.")
    settings = load_settings()
    with ExitStack() as stack:
        opened = [stack.enter_context(Collection.open(settings.home, name)) for name in chosen(settings, names)]
        found = follow(opened, " ".join(term), None if everything else Kind.REPORT)
    if unit is not None:
        there, found = found, found.only(unit)
        if there.rows and not found.rows:
            units = "、".join(f"'{name}'" for name, _ in there.series())
            raise QuestionError(
                f"「{there.term}」 has figures, but none in {unit!r}.", f"There are, for --unit: {units}"
            )
    if png:
        series = found.series()
        if picture := drawn(found.of(series[0][0])) if series else b"":
            written(png, picture)
        else:
            click.echo(f"{png}: not written: a line needs the figures of two documents.", err=True)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    elif as_csv:
        click.echo(found.as_csv(), nl=False)
    else:
        for line in lines(found, width(), sys.stdout.isatty()):
            click.echo(line)


def lines(figures: Figures, width: int, colour: bool) -> Iterator[str]:
    """The rows of the most frequent series, each with its sentence and where it stands; the chart; what else there is.

    Raises:
        QuoteRefused: what would be printed is not what is quoted.
    """
    from npcbot.terminal.render import check, citation_lines

    series = figures.series()
    if not series:
        yield f"「{visible(figures.term)}」：{len(figures.searched)}份文件中没有找到它的数字。"
        return
    name = series[0][0]
    shown = figures.of(name)
    printed: list[str] = []
    for number, row in enumerate(shown, 1):
        printed += [_bold(_head(row), colour)]
        citation = replace(row.citation, rank=number)
        printed += [*citation_lines(citation, colour=colour, width=width, chinese=True), ""]
    check("\n".join(printed), [row.citation for row in shown])
    yield f"「{visible(figures.term)}」 {_series(name)}：{len(shown)}份文件"
    yield ""
    yield from printed
    yield from _chart(shown, colour)
    yield ""
    if others := series[1:]:
        listed = "、".join(f"{_series(other)}（{count}份，--unit '{other}'）" for other, count in others)
        yield _dim(f"另有：{visible(listed)}", colour)
    yield _dim(_missing(figures, shown), colour)


def _head(row: Row) -> str:
    facts = [row.citation.date[:4] or row.citation.title, row.figure]
    if row.counts:
        facts.append(row.counts)
    return visible("  ".join(facts) + "".join(f"  〔{flag}〕" for flag in _flags(row)))


def _flags(row: Row) -> Iterator[str]:
    if row.target:
        yield "目标或计划"
    if row.several_years:
        yield "多年合计或平均"
    if row.outdated:
        yield f"{row.year}年"
    if row.relation.name == "PART":
        yield "其中一部分，或另有限定"
    elif row.relation.name == "NEAR":
        yield "同一分句，请看原句"


def _chart(rows: Sequence[Row], colour: bool) -> Iterator[str]:
    """A bar a document; those of plans are light, and what is of years long before is left out."""
    kept = [row for row in rows if not row.outdated]
    most = max((abs(row.value) for row in kept), default=Decimal(0))
    if len(kept) < 2 or not most:
        return
    for row in kept:
        value = row.value
        length = round(_LONGEST * abs(value) / most)
        bar = ((_PLAN if row.target else _BAR) * length or "▏") + " "
        yield f"{row.citation.date[:4]:4}  {bar}{_short(value)}{visible(row.unit)}" + _bound(row)
    if any(row.target for row in kept):
        yield _dim(f"{_BAR} 已有的数  {_PLAN} 目标或计划", colour)


def _bound(row: Row) -> str:
    return _BOUNDS.get(row.quantity.bound, "")


def _short(value: Decimal) -> str:
    """With 万 or 亿, all figures kept."""
    sign, value = ("−", -value) if value < 0 else ("", value)
    for unit, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万")):
        if value >= unit:
            return f"{sign}{(value / unit).normalize():f}{name}"
    return f"{sign}{value.normalize():f}"


def _series(name: str) -> str:
    words = [_SERIES.get(word, word) for word in name.split()]
    return " ".join(word for word in words if word) or "无单位"


def _missing(figures: Figures, shown: Sequence[Row]) -> str:
    """The documents that were searched and have no row above."""
    without = figures.without(shown)
    if not without:
        return f"查了{len(figures.searched)}份文件。"
    named = "、".join(one.year or one.info.title for one in without[:_NAMED])
    more = f" 等{len(without)}份" if len(without) > _NAMED else ""
    return visible(f"查了{len(figures.searched)}份文件；没有这个数字的：{named}{more}。")


def _bold(text: str, colour: bool) -> str:
    return f"{_BOLD}{text}{_RESET}" if colour else text


def _dim(text: str, colour: bool) -> str:
    return f"{_DIM}{text}{_RESET}" if colour else text
