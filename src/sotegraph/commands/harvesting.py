"""The command for who wants to be harvested: what portals would make of a catalogue."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sotegraph.commands.parts import BASE_IRI, LANGUAGE, examples, loaded, progress, say, show
from sotegraph.settings import Settings

if TYPE_CHECKING:
    from sotegraph.harvesting import Preflight


@examples(
    """
sotegraph harvest-check
sotegraph harvest-check my-publication --language fi
sotegraph harvest-check https://data.example.org/catalog.ttl --format json
"""
)
@click.command("harvest-check")
@click.argument("source", required=False, metavar="[FOLDER|URL]")
@LANGUAGE
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="Form of the report.",
)
@click.option(
    "--pages", default=200, show_default=True, type=click.IntRange(1, 10_000), help="Most pages of a URL to read."
)
@click.option(
    "--time-limit", default=120, show_default=True, type=click.IntRange(1), help="Most seconds for reading a URL."
)
@BASE_IRI
def harvest_check(
    source: str | None, language: str, form: str, pages: int, time_limit: int, base_iri: str | None
) -> None:
    """Say what CKAN, udata, avoindata.fi and DCAT-AP 3 would make of a catalogue: FOLDER's, or the one at URL.

    For each: whether it takes the datasets, what it loses and why, and what each dataset would become. A URL is read
    as harvesters read it, page by page, and nothing else of what it says is fetched. Exits with 1 when anything is
    refused.
    """
    from sotegraph.errors import CatalogUnread
    from sotegraph.harvesting.rendering import render_text, to_json
    from sotegraph.messages import read_messages

    translate = read_messages().translator(language)
    if source is not None and "://" in source:
        try:
            found = _of_address(source, pages, time_limit)
        except CatalogUnread as error:
            say(f"sotegraph: {error.text(translate)}")
            sys.exit(1)
    else:
        found = _of_folder(source, base_iri)
    if form == "json":
        click.echo(json.dumps(to_json(found), ensure_ascii=False, indent=2))
    else:
        show(render_text(found, language, translate))
    sys.exit(0 if found.passes else 1)


def _of_address(address: str, pages: int, seconds: int) -> Preflight:
    from sotegraph.harvesting import examine
    from sotegraph.harvesting.asking import FetchLimits
    from sotegraph.harvesting.fetching import fetch

    with progress("Reading"):
        fetched = fetch(address, FetchLimits(pages=pages, seconds=seconds))
    with progress("Checking"):
        return examine(
            fetched.triples,
            ("fi", "sv", "en"),
            remarks=fetched.remarks,
            pages=fetched.pages,
            has_actions=fetched.has_actions,
            asked=address,
        )


def _of_folder(source: str | None, base_iri: str | None) -> Preflight:
    from sotegraph.catalog import with_classes
    from sotegraph.harvesting import examine
    from sotegraph.terms import CATALOG

    folder = Path(source) if source is not None else None
    if folder is not None and not folder.is_dir():
        raise click.BadParameter(f"{source} is neither a folder nor an address that begins with https:// or http://.")
    with loaded(folder, Settings.from_environment(base_iri=base_iri)) as index:
        triples = list(with_classes(index.version.triples_of(index.publication.graph(CATALOG))))
        with progress("Checking"):
            return examine(triples, index.publication.languages)
