"""The ``sotegraph`` command: data on standard output, talk on standard error.

Exit status 0: done, and what was asked conforms; 1: it does not conform, or could not be done; 2: wrong use.
"""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sotegraph import __version__
from sotegraph.commands.dumps import dump
from sotegraph.commands.harvesting import harvest_check
from sotegraph.commands.parts import BASE_IRI, FOLDER, LANGUAGE, examples, exit_at, loaded, progress, removed, say, show
from sotegraph.commands.submissions import template, validate
from sotegraph.commands.versions import STATE, diff, publish, rollback, versions
from sotegraph.errors import PublisherError, RequestError, SettingsError
from sotegraph.settings import Settings, bundled_folder

if TYPE_CHECKING:
    from sotegraph.entities import Index
    from sotegraph.search import Search
    from sotegraph.versions import Entry


class _Group(click.Group):
    """Turns our errors into one line on standard error and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PublisherError as error:
            say(f"sotegraph: {error}")
            sys.exit(2 if isinstance(error, SettingsError | RequestError) else 1)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sotegraph")
def main() -> None:
    """Publish a folder of ontology, shapes and data as linked data.

    FOLDER is a publication folder; without one, the publication that comes with sotegraph.
    """
    Settings.from_environment()


@examples(
    """
sotegraph serve
sotegraph serve my-publication --port 8080
sotegraph serve --state /var/lib/sotegraph
SOTEGRAPH_QUERY_TIME_LIMIT_MS=2000 sotegraph serve
"""
)
@main.command()
@FOLDER
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@STATE
@BASE_IRI
def serve(folder: Path | None, host: str, port: int, state: Path | None, base_iri: str | None) -> None:
    """Load FOLDER and serve its pages, its data and its SPARQL endpoint.

    With a state folder, and without FOLDER, the current version there is served, and each next one as soon as it is
    published, without an interruption.

    With SOTEGRAPH_STORE, the data is what `sotegraph load` wrote into that engine, which answers the queries; of
    FOLDER, only ontology/ and shapes/ are read. With a state folder besides, pages come from the current version there,
    which `sotegraph publish` has written into the engine as well.
    """
    from sotegraph.loading import load_for_serving
    from sotegraph.web.server import serve as run

    settings = Settings.from_environment(base_iri=base_iri, state=state)
    if settings.state is not None and folder is None:
        sys.exit(_serve_archive(settings, host, port))
    with exit_at(signal.SIGTERM):
        with progress("Loading") as told:
            served = load_for_serving(folder or bundled_folder(), settings, told)
        with removed(served.index):
            sys.exit(run(settings, served.index.publication, served.index, host, port, say, served.marker))


def _serve_archive(settings: Settings, host: str, port: int) -> int:
    """Serve what is current in the state folder of *settings*; return the exit status."""
    from sotegraph.loading import load_published, load_search, marker_of
    from sotegraph.publishing import archive_of
    from sotegraph.web.server import Source, serve_archive

    archive = archive_of(settings)
    archive.tidy()

    def load(entry: Entry, in_memory: bool) -> Index:
        return load_published(archive, entry, settings, in_memory=in_memory)

    def find(entry: Entry, index: Index, place: Path) -> Search:
        return load_search(archive, entry, index, place)

    source = Source(load, find, lambda entry: marker_of(entry, settings))
    return serve_archive(settings, archive, source, host, port, say)


@examples(
    """
SOTEGRAPH_STORE=http://localhost:7878/query,gsp=http://localhost:7878/store sotegraph load
sotegraph load my-publication
sotegraph load my-publication --no-check
"""
)
@main.command()
@FOLDER
@click.option("--check/--no-check", "checked", default=True, help="Refuse a publication that is not sound.")
@BASE_IRI
def load(folder: Path | None, checked: bool, base_iri: str | None) -> None:
    """Write FOLDER into the engine of SOTEGRAPH_STORE, in the place of what was loaded there before.

    Servers of that engine say that a new version is being loaded until it is whole. Loading that broke off is
    repeated by the same command. Exits with 1 when it could not be done.
    """
    from sotegraph.loading import load_engine
    from sotegraph.soundness import check as examine
    from sotegraph.soundness import render_text

    settings = Settings.from_environment(base_iri=base_iri)
    folder = folder or bundled_folder()
    with exit_at(signal.SIGTERM):
        if checked:
            with progress("Checking") as told:
                result = examine(folder, base_iri=settings.base_iri, progress=told)
            if not result.sound:
                for line in render_text(result, "en"):
                    say(line)
                sys.exit(1)
        with ExitStack() as shown:
            marker = load_engine(folder, settings, lambda title: shown.enter_context(progress(title)))
    say(f"Loaded version {marker.id[:16]}: {marker.triples:,} triples, {len(marker.graphs)} graphs")


@examples(
    """
sotegraph check
sotegraph check my-publication --profile submission
sotegraph check --language sv
"""
)
@main.command()
@FOLDER
@click.option("--profile", default="publication", show_default=True, help="Profile of shapes/profiles/ to judge by.")
@LANGUAGE
@BASE_IRI
def check(folder: Path | None, profile: str, language: str, base_iri: str | None) -> None:
    """Say whether FOLDER is sound: syntax, keys, context, links, and every shape.

    Exits with 1 when it is not. Warnings are listed and do not fail.
    """
    from sotegraph.soundness import check as examine
    from sotegraph.soundness import render_text

    with progress("Checking") as told:
        result = examine(folder or bundled_folder(), base_iri=base_iri, profile=profile, progress=told)
    show(render_text(result, language))
    sys.exit(0 if result.sound else 1)


@examples(
    """
sotegraph query 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }'
sotegraph query --format csv - < question.rq
sotegraph query --publication my-publication 'DESCRIBE <https://example.org/id/book/1>'
"""
)
@main.command()
@click.argument("text")
@click.option(
    "--publication",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Publication folder to ask; without it, the one that comes with sotegraph.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["srj", "srx", "csv", "tsv", "ttl", "jsonld", "nt", "rdf"]),
    help="Form of the result: the first four for solutions, the others for graphs.",
)
@BASE_IRI
def query(text: str, folder: Path | None, form: str | None, base_iri: str | None) -> None:
    """Answer the SPARQL query TEXT (- reads it from standard input)."""
    from sotegraph.sparql import answer

    settings = Settings.from_environment(base_iri=base_iri)
    words = sys.stdin.read() if text == "-" else text
    with loaded(folder, settings) as index:
        for chunk in answer(index.version, index.publication, settings, words, form):
            sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


@examples(
    """
sotegraph import catalogue --morph-kgc /opt/morph-kgc/bin/python
sotegraph import --morph-kgc /opt/morph-kgc/bin/python
"""
)
@main.command("import")
@click.argument("sources", nargs=-1)
@click.option(
    "--publication",
    "folder",
    default=".",
    show_default=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Publication folder whose data/ is written.",
)
@click.option(
    "--morph-kgc",
    "interpreter",
    required=True,
    metavar="PYTHON",
    help="Python of an environment of its own that has morph-kgc and duckdb.",
)
def import_(sources: tuple[str, ...], folder: Path, interpreter: str) -> None:
    """Make data/SOURCE/*.ttl anew from the tables and the RML mapping beside it; all sources when none is named.

    New rows get the next free key in data/keys.csv; no key is ever changed.
    """
    from sotegraph.mapping import import_source, mapped_sources

    for source in sources or mapped_sources(folder):
        count = import_source(folder, source, (interpreter, "-m", "morph_kgc"))
        say(f"data/{source}: {count} triples")


for each in (diff, dump, harvest_check, publish, rollback, template, validate, versions):
    main.add_command(each)
