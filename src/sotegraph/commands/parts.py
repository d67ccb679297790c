"""What several commands share: options, examples in the help, progress, a publication loaded and removed again."""

from __future__ import annotations

import gc
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sotegraph.settings import Settings, bundled_folder
from sotegraph.terms import printable

if TYPE_CHECKING:
    from sotegraph.entities import Index

_COLLECT_AFTER = 500_000
FOLDER = click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
BASE_IRI = click.option("--base-iri", metavar="IRI", help="Re-base the publication to this IRI while loading.")
PUBLICATION = click.option(
    "--publication",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Publication folder with the shapes; without it, the one that comes with sotegraph.",
)


def _known_language(context: click.Context, parameter: click.Parameter, language: str) -> str:
    from sotegraph.messages import read_messages

    known = read_messages().languages
    if language not in known:
        raise click.BadParameter(f"there are {', '.join(known)}.")
    return language


LANGUAGE = click.option(
    "--language", default="en", show_default=True, callback=_known_language, help="Language of the findings."
)


def examples(text: str) -> Callable[[Any], Any]:
    """Add *text* to a command's help as examples, kept as written."""

    def add(command: click.Command) -> click.Command:
        command.epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in text.strip().splitlines())
        return command

    return add


@contextmanager
def loaded(folder: Path | None, settings: Settings) -> Iterator[Index]:
    """The index of *folder*; what was written to disk for it is removed on leaving."""
    from sotegraph.loading import load_folder

    with exit_at(signal.SIGTERM):
        with progress("Loading") as told:
            index = load_folder(folder or bundled_folder(), settings, told)
        with removed(index):
            yield index


@contextmanager
def removed(index: Index) -> Iterator[None]:
    """What was written to disk for *index* is removed on leaving."""
    try:
        yield
    finally:
        if index.version.folder is not None:
            shutil.rmtree(index.version.folder.parent, ignore_errors=True)


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Inside, cycles of objects are looked for seldom: statements, read by the million, have none."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def exit_at(number: signal.Signals) -> Iterator[None]:
    """Inside, the signal is an exit like any other, which leaves no files behind."""

    def leave(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(number, leave)
    try:
        yield
    finally:
        signal.signal(number, before)


def say(text: str) -> None:
    """Write *text* to standard error."""
    show(text.splitlines() or [""], err=True)


def show(lines: Iterable[str], *, err: bool = False) -> None:
    """Write *lines*, whoever they quote, to standard output or to standard error."""
    for line in lines:
        click.echo(printable(line), err=err)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int], None]]:
    """A progress line on standard error when a person watches; nothing otherwise."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn(title), TextColumn("{task.completed:,.0f}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done: bar.update(task, completed=done)
