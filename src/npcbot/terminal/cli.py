"""The commands. Everything heavy is imported by the command that needs it: ``--help`` loads only click."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

import click

from npcbot import __version__
from npcbot.errors import NpcbotError
from npcbot.terminal import exact
from npcbot.terminal.plain import some_collections, width, written

_Command = TypeVar("_Command", bound=Callable[..., Any])

_one_collection = click.option("--collection", "name", default=None, metavar="NAME", help="The collection meant.")


def asking(command: _Command) -> _Command:
    """The options of the commands that take a question."""
    for option in reversed(
        (
            some_collections,
            click.option("-k", type=click.IntRange(1, 50), default=None, help="How many answers at most."),
            click.option("--mode", type=click.Choice(["bm25", "dense", "fused", "hybrid"]), default="hybrid"),
            click.option(
                "--as-of", default="", metavar="DATE", help="The versions in force then: 2019, 2019-03, 2019-03-15."
            ),
            click.option("--no-narrow", is_flag=True, help="Do not narrow to the years and titles in the question."),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        )
    ):
        command = option(command)
    return command


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> None:
        try:
            super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has seen enough (`npcbot text DOC | head`); click would make it exit status 1.
            _discard_output()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="npcbot")
def cli() -> None:
    """Ask Chinese official documents. The passages that answer come word for word, each with a citation to check."""


@cli.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@_one_collection
@click.option("--prune", is_flag=True, help="Remove documents whose files have vanished from the folders given.")
@click.option("--rebuild", is_flag=True, help="Make everything anew from the stored texts (another encoder, repairs).")
def index(paths: tuple[str, ...], name: str | None, prune: bool, rebuild: bool) -> None:
    """Index files, folders and globs: .txt .md .html .docx .pdf. Run again, only what changed is embedded."""
    from npcbot.config import load_settings
    from npcbot.terminal import indexing
    from npcbot.terminal.plain import one

    settings = load_settings()
    outcome = indexing.index(settings, one(settings, name), paths, prune=prune, rebuild=rebuild)
    for line in indexing.summary(outcome):
        click.echo(line)
    if outcome.failed:
        sys.exit(2)


@cli.command()
@click.argument("question", nargs=-1, required=True)
@asking
def ask(question: tuple[str, ...], names: tuple[str, ...], **options: Any) -> None:
    """Answer one question."""
    from npcbot.answer import Library
    from npcbot.config import load_settings
    from npcbot.terminal.plain import chosen

    settings = load_settings()
    with Library(settings) as library, library.answerer(chosen(settings, names)) as answerer:
        _print_answer(answerer, " ".join(question), **options)


@cli.command()
@asking
def chat(names: tuple[str, ...], **options: Any) -> None:
    """Ask in a loop, with history and line editing. An empty line, exit or Ctrl-D ends it."""
    from npcbot.answer import Library
    from npcbot.config import load_settings
    from npcbot.terminal.chat import converse
    from npcbot.terminal.plain import chosen

    settings = load_settings()
    asked = chosen(settings, names)

    def answer(question: str) -> None:
        with library.answerer(asked) as answerer:
            _print_answer(answerer, question, **options)

    with Library(settings) as library:
        with library.answerer(asked):
            pass  # what is wrong with a collection is said before the first question
        converse(settings.home, answer)


def _print_answer(
    answerer: Any, question: str, k: int | None, mode: str, as_of: str, no_narrow: bool, as_json: bool
) -> None:
    from npcbot.retrieval import versions
    from npcbot.retrieval.found import Mode
    from npcbot.terminal.render import render

    day = versions.as_of(as_of) if as_of else ""
    answer = answerer.ask(question, k, mode=Mode(mode), narrow=False if no_narrow else None, as_of=day)
    if as_json:
        click.echo(json.dumps(answer.as_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(render(answer, colour=sys.stdout.isatty(), width=width()))


@cli.command()
@_one_collection
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def docs(name: str | None, as_json: bool) -> None:
    """List the documents of a collection."""
    from npcbot.terminal.library import listed, opened_collection

    with opened_collection(name) as collection:
        infos = collection.documents()
        if as_json:
            click.echo(json.dumps([_facts(info) for info in infos], ensure_ascii=False, indent=1))
        else:
            for line in listed(infos):
                click.echo(line)


@cli.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOC...")
@_one_collection
def remove(documents: tuple[str, ...], name: str | None) -> None:
    """Remove documents by their ids, as `npcbot docs` lists them."""
    from npcbot.terminal.library import removed

    for line in removed(name, documents):
        click.echo(line)


@cli.command()
@click.argument("passage_id")
@some_collections
@click.option("--context", type=click.IntRange(0, 50), default=0, help="Neighbouring passages on either side.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(passage_id: str, names: tuple[str, ...], context: int, as_json: bool) -> None:
    """Show a passage by the id in its citation."""
    from dataclasses import asdict

    from npcbot.terminal.library import found
    from npcbot.terminal.render import render_citations

    citations = found(names, passage_id, context)
    if as_json:
        click.echo(json.dumps([asdict(citation) for citation in citations], ensure_ascii=False, indent=1))
    else:
        click.echo(render_citations(citations, colour=sys.stdout.isatty(), width=width()))


@cli.command()
@click.argument("document")
@_one_collection
def text(document: str, name: str | None) -> None:
    """Print the stored text of a document, byte for byte, so that a quotation can be checked."""
    from npcbot.terminal.library import opened_collection

    with opened_collection(name) as collection:
        stored = collection.document(document).text
    sys.stdout.buffer.write(stored.encode())
    sys.stdout.buffer.flush()


@cli.command()
@click.option("--api-base", metavar="URL", default=None, help="Another Bot API server than the one in the settings.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning"]), default="info", show_default=True)
def serve(api_base: str | None, log_level: str) -> None:
    """Run the Telegram bot. Its token stands in NPCBOT_TELEGRAM_TOKEN. Ctrl-C or SIGTERM ends it in good order."""
    from npcbot.config import load_settings
    from npcbot.telegram.app import serve

    serve(load_settings(), api_base, log_level)


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False))
def backup(file: str) -> None:
    """Save all state of the bot and every collection in one file, while the bot runs."""
    from pathlib import Path

    from npcbot.config import load_settings
    from npcbot.telegram.backup import backup

    click.echo(f"{backup(load_settings().home, Path(file))} files saved in {file}")


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False))
def restore(file: str) -> None:
    """Put a backup into an NPCBOT_HOME that has no state."""
    from pathlib import Path

    from npcbot.config import load_settings
    from npcbot.telegram.backup import restore

    settings = load_settings()
    click.echo(f"{restore(settings.home, Path(file))} files put back into {settings.home}")


@cli.group()
def feedback() -> None:
    """What people thought of the answers in Telegram."""


@feedback.command("export")
@click.argument("folder", type=click.Path(file_okay=False))
@some_collections
def export_feedback(folder: str, names: tuple[str, ...]) -> None:
    """Write the votes as a BEIR folder for `npcbot eval`."""
    from pathlib import Path

    from npcbot.answer import Library
    from npcbot.config import load_settings
    from npcbot.telegram.feedback import exported
    from npcbot.telegram.state import State
    from npcbot.terminal.plain import chosen

    settings = load_settings()
    state = State.kept(settings.home)
    with Library(settings) as library:
        votes = exported(state.feedback(), library, chosen(settings, names), Path(folder))
    click.echo(f"{votes} votes in {folder}; measure with: npcbot eval {folder}")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reports(as_json: bool) -> None:
    """List the passages that people in Telegram reported as wrongly quoted, the last reported first."""
    from dataclasses import asdict

    from npcbot.config import load_settings
    from npcbot.telegram.reports import reported
    from npcbot.terminal.reports import render_reports

    settings = load_settings()
    found = reported(settings.home, settings.collections.public)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        click.echo(render_reports(found, colour=sys.stdout.isatty(), width=width()))


@cli.command()
@some_collections
def doctor(names: tuple[str, ...]) -> None:
    """Say what is configured, what is found, and what is wrong."""
    from npcbot.terminal.doctor import examine

    healthy = True
    for line, good in examine(names):
        healthy &= good
        click.echo(("ok    " if good else "WRONG ") + line)
    if not healthy:
        sys.exit(2)


for _command in exact.commands:
    cli.add_command(_command)


@cli.command("eval")
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--mode", "modes", multiple=True, type=click.Choice(["bm25", "dense", "fused", "hybrid"]), help="Default: hybrid."
)
@click.option(
    "--unanswerable",
    multiple=True,
    metavar="DIR2",
    type=click.Path(exists=True, file_okay=False),
    help="Ask the questions of DIR2 as well, which DIR does not answer.",
)
@click.option("--near", is_flag=True, help="Ask each question again with its answer taken out of the corpus.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False), help="Write everything measured to a file.")
def evaluate(
    folders: tuple[str, ...],
    modes: tuple[str, ...],
    unanswerable: tuple[str, ...],
    near: bool,
    json_file: str | None,
) -> None:
    """Measure retrieval on BEIR folders (corpus.jsonl, queries.jsonl, qrels.tsv)."""
    _writable(json_file)
    from npcbot.terminal import measuring

    measured = []
    click.echo(measuring.header())
    for result, comparison in measuring.results(folders, modes or ("hybrid",), unanswerable, near):
        for line in measuring.lines(result, comparison):
            click.echo(line)
        measured.append({**result.as_json(), **({"compared": comparison} if comparison else {})})
    if json_file:
        written(json_file, f"{json.dumps(measured, ensure_ascii=False, indent=1)}\n".encode())


@cli.command()
@_one_collection
@click.option("--questions", "asked", type=click.IntRange(1, 100_000), default=1000, help="Distinct questions to ask.")
@click.option("--passages", "encoded", type=click.IntRange(8, 100_000), default=200, help="Passages to encode.")
@click.option(
    "--fp32", type=click.Path(exists=True, file_okay=False), help="The same weights for sentence-transformers."
)
@click.option("--threads", type=click.IntRange(1), default=2, help="Processor threads, the baseline's too.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False), help="Write the figures to a file.")
def bench(name: str | None, asked: int, encoded: int, fp32: str | None, threads: int, json_file: str | None) -> None:
    """Time indexing, questions, loading and memory, beside plain baselines in the same run."""
    _writable(json_file)
    from npcbot.terminal import measuring

    done = measuring.benched(name, asked, encoded, fp32, threads, click.echo)
    for line in done.lines:
        click.echo(line)
    if json_file:
        written(json_file, f"{json.dumps(done.as_json, indent=1)}\n".encode())


def _writable(path: str | None) -> None:
    """Tells before hours of measuring that their figures could not be written. Leaves the file as it is."""
    # To open and close a pipe would end it for its reader.
    if path is None or (os.path.exists(path) and not os.path.isfile(path)):
        return
    there = os.path.lexists(path)
    written(path, b"", "ab")
    if not there:
        os.unlink(path)


def _facts(info: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {key: value for key, value in asdict(info).items() if key not in ("first_row", "end_row")}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command. Errors meant for people are printed to standard error, with exit status 2; Ctrl-C gives 130."""
    logging.basicConfig(level=logging.WARNING, format="npcbot: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        # Chinese must print whatever the locale says.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace" if stream is sys.stderr else "strict")
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="npcbot", standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except NpcbotError as error:
        from npcbot.visible import visible

        click.echo(f"npcbot: {visible(str(error))}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("npcbot: stopped; nothing is lost.", err=True)
        sys.exit(130)
    except OSError as error:
        _discard_output()
        click.echo(f"npcbot: {error.filename or 'standard output'}: {error.strerror or error}", err=True)
        sys.exit(2)
    sys.exit(0)


def _discard_output() -> None:
    """What standard output could not take would be written again, and fail again, when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
