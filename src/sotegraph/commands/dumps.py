"""The command that writes the files to be downloaded, or one of them."""

from __future__ import annotations

import gzip
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from sotegraph.commands.parts import BASE_IRI, FOLDER, examples, exit_at, loaded, say
from sotegraph.commands.versions import STATE
from sotegraph.errors import NotFound, SettingsError
from sotegraph.settings import Settings
from sotegraph.terms import WHOLE

if TYPE_CHECKING:
    from sotegraph.dumping import Dumpable
    from sotegraph.dumps import Offer


@examples(
    """
sotegraph dump > everything.nq
sotegraph dump --format trig my-publication
sotegraph dump --graph provenance --format ttl
sotegraph dump --state /var/lib/sotegraph --version 3f9a --to downloads
"""
)
@click.command()
@FOLDER
@STATE
@click.option("--version", "name", metavar="VERSION", help="The version in the state folder; else the current one.")
@click.option(
    "--format",
    "form",
    default="nq",
    show_default=True,
    type=click.Choice(["nq", "trig", "jsonld", "ttl", "nt", "rdf", "csv"]),
    help="Form; nq is canonical (RDFC-1.0), ttl, nt and rdf have no graphs, csv is a ZIP of tables.",
)
@click.option("--graph", metavar="NAME", help="Only this named graph: its name or its IRI.")
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write every file, as the site offers them, and their checksums to this new folder.",
)
@BASE_IRI
def dump(
    folder: Path | None,
    state: Path | None,
    name: str | None,
    form: str,
    graph: str | None,
    target: Path | None,
    base_iri: str | None,
) -> None:
    """Write what FOLDER says, or a version of the state folder, to standard output.

    What the publisher computes itself is not in it: the SHA-256 of everything as nq is the id of the version.
    """
    settings = Settings.from_environment(base_iri=base_iri, state=state)
    with exit_at(signal.SIGTERM), _dumpable(folder, settings, name) as found:
        if target is None:
            _write(found, form, graph)
        else:
            _write_all(found, target)


@contextmanager
def _dumpable(folder: Path | None, settings: Settings, name: str | None) -> Iterator[Dumpable]:
    """What is to be written: the folder that is named, else the state folder's version, else what comes with us."""
    from sotegraph.dumping import Dumpable

    if folder is None and settings.state is not None:
        from sotegraph.loading import load_published
        from sotegraph.publishing import archive_of

        archive = archive_of(settings)
        entry = archive.find(name) if name else archive.needed_current()
        yield Dumpable(load_published(archive, entry, settings), archive.folder(entry))
        return
    if name is not None:
        raise SettingsError("Name the folder of versions by --state or {variable}.", variable="SOTEGRAPH_STATE")
    with loaded(folder, settings) as index:
        yield Dumpable(index)


def _write(found: Dumpable, form: str, graph: str | None) -> None:
    """Write one file to standard output; all but tables unpacked. Raises NotFound for what there is not."""
    offer = _offer(found, form, graph)
    with tempfile.TemporaryDirectory() as temporary:
        path = found.file(offer, Path(temporary) / "files")
        with gzip.open(path) if offer.form.compression else path.open("rb") as file:
            shutil.copyfileobj(cast(BinaryIO, file), sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _offer(found: Dumpable, form: str, graph: str | None) -> Offer:
    """The file of everything, or of one *graph*, in a *form*; raises NotFound."""
    from sotegraph.dumps import GZIP, DumpForm
    from sotegraph.formats import PARSED_FORMATS, by_suffix

    files = [each for each in found.offers if (graph or WHOLE) in (each.dataset, each.graph)]
    if not files:
        known = ", ".join(dict.fromkeys(each.dataset for each in found.offers if each.graph))
        raise NotFound("There is no graph {name}. There are: {known}.", name=graph, known=known)
    syntax = by_suffix(form, PARSED_FORMATS)
    if syntax is not None:
        return replace(files[0], form=DumpForm(syntax, compression=GZIP))
    tables = next((each for each in files if each.form.packaging), None)
    if tables is None:
        raise NotFound("No list has a thing of the graph {name}: there are no tables.", name=graph)
    return tables


def _write_all(found: Dumpable, target: Path) -> None:
    if target.exists():
        raise SettingsError("{folder} is there already. Name a new folder.", folder=str(target))
    found.all_files(target)
    say(f"Wrote {len(found.offers)} files and their checksums to {target}")
