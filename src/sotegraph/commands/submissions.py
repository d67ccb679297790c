"""The commands for people who send data: check files, and get an empty table to fill."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sotegraph.commands.parts import LANGUAGE, PUBLICATION, examples, loaded, progress, say
from sotegraph.errors import MissingValue, RequestError, WrongValue
from sotegraph.settings import Settings

if TYPE_CHECKING:
    from sotegraph.ingest import Submission, SubmittedFile
    from sotegraph.reports import Teller

_FORMATS = (
    "text",
    "json",
    "ttl",
    "jsonld",
    "rdf",
    "nt",
    "csv",
    "xlsx",
    "sarif",
    "junit",
    "trl",
    "trl-json",
    "workbook",
)
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
_STANDARD_INPUT = "standard input"


@examples(
    """
sotegraph validate additions.ttl
sotegraph validate members.xlsx --format workbook --output members-checked.xlsx
sotegraph validate additions.ttl more.csv --profile submission --format sarif --output findings.sarif
sotegraph validate catalogue.rdf --profile dcat-ap --alone
cat additions.ttl | sotegraph validate -
"""
)
@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@PUBLICATION
@click.option(
    "--profile",
    default="submission",
    show_default=True,
    help="Profile of shapes/profiles/ to judge by, or dcat-ap, avoindata, cpsv-ap, cpov.",
)
@click.option("--shapes", multiple=True, type=_FILE, help="Shapes of your own, in the place of the publication's.")
@click.option("--alone", is_flag=True, help="Leave the published graph and its code lists out of the context.")
@click.option("--ignore-imports", is_flag=True, help="Leave out what FILES import (owl:imports) and is not known here.")
@LANGUAGE
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(_FORMATS),
    help="Form of the report; workbook is the table that was sent, with comments on its cells.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write in place of the screen.")
def validate(
    files: tuple[str, ...],
    folder: Path | None,
    profile: str,
    shapes: tuple[str, ...],
    alone: bool,
    ignore_imports: bool,
    language: str,
    form: str,
    output: Path | None,
) -> None:
    """Say whether FILES conform to the shapes; - is standard input.

    FILES are Turtle, TriG, N-Triples, N-Quads, RDF/XML, JSON-LD, CSV or Excel, and count as one submission. Nothing
    that they import is fetched: it comes along, is left out by --ignore-imports, or they are refused. Exits with 1 when
    they do not conform, or are refused.
    """
    from sotegraph.ingest import Validator
    from sotegraph.reports import Teller
    from sotegraph.validation import Checker, Limits

    _check_folder(output)
    settings = Settings.from_environment()
    sent = [_read(each) for each in files]
    with loaded(folder, settings) as index:
        checker = Checker.of(index.publication, index.version, Limits.of(settings), more_shapes=settings.shapes)
        validator = Validator(index, checker)
        try:
            with progress("Validating") as told:
                submission = validator.validate(
                    sent,
                    profile=profile,
                    with_context=not alone,
                    own_shapes=[_read(each) for each in shapes],
                    ignore_imports=ignore_imports,
                    language=None if language == "en" else language,  # The default says nothing of the headers.
                    progress=told,
                )
        except RequestError as error:
            say(f"sotegraph: {error.text(validator.messages.translator(language))}")
            sys.exit(2)
        publication = index.publication
        teller = Teller(language, validator.messages, publication.base_iri, publication.prefixes)
        content = _written(submission, sent, form, teller)
    _deliver(content, output)
    sys.exit(0 if submission.conforms else 1)


@examples(
    """
sotegraph template
sotegraph template Organization --output organisations.xlsx --language sv
sotegraph template Book --format csv --publication tests/publications/library > books.csv
"""
)
@click.command()
@click.argument("name", required=False, metavar="[CLASS]")
@PUBLICATION
@LANGUAGE
@click.option(
    "--format", "form", default="xlsx", show_default=True, type=click.Choice(["xlsx", "csv"]), help="Form of the table."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write in place of the screen.")
def template(name: str | None, folder: Path | None, language: str, form: str, output: Path | None) -> None:
    """Write an empty table for instances of CLASS, its headers in the language; without CLASS, list what there is.

    CLASS is the last part of the IRI of a class. The table comes from the shapes: filled rightly, it validates.
    """
    from sotegraph import ingest
    from sotegraph.ingest.published import Published

    _check_folder(output)
    with loaded(folder, Settings.from_environment()) as index:
        tables = Published(index.publication, index.version)
        if name is None:
            content = "".join(f"{each.local_name}\n" for each in ingest.template_classes(tables)).encode()
        else:
            content = ingest.template(tables, name, form, language)
    _deliver(content, output)


def _deliver(content: bytes, output: Path | None) -> None:
    """Write *content* to the file *output*, or to the screen; raises WrongValue where no file can be written."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise _unwritable(output, error.strerror or str(error)) from None


def _check_folder(output: Path | None) -> None:
    """Raise WrongValue before anything is done when there is no folder for *output*."""
    if output is not None and not output.parent.is_dir():
        raise _unwritable(output, os.strerror(errno.ENOENT))


def _unwritable(output: Path, problem: str) -> WrongValue:
    return WrongValue("{file} cannot be written: {problem}.", file=output, problem=problem)


def _read(name: str) -> SubmittedFile:
    from sotegraph.ingest import SubmittedFile

    if name == "-":
        return SubmittedFile(_STANDARD_INPUT, sys.stdin.buffer.read())
    return SubmittedFile(name, Path(name).read_bytes())


def _written(submission: Submission, sent: list[SubmittedFile], form: str, teller: Teller) -> bytes:
    from sotegraph.formats import by_suffix
    from sotegraph.reports import REPORT_FORMATS, annotate, write_report

    if form == "workbook":
        for file in sent:
            content = annotate(file, submission, teller.language, teller.messages)
            if content is not None:
                return content
        raise MissingValue("None of the files is an Excel workbook. Send one, or ask for another form.")
    chosen = by_suffix(form, REPORT_FORMATS)
    assert chosen is not None
    return write_report(submission, chosen, teller)
