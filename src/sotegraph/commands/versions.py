"""The commands about versions: publish one, go back to one, list them, tell two of them apart."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sotegraph.commands.parts import (
    BASE_IRI,
    FOLDER,
    LANGUAGE,
    collecting_rarely,
    examples,
    exit_at,
    progress,
    say,
    show,
)
from sotegraph.errors import SettingsError
from sotegraph.settings import Settings, bundled_folder
from sotegraph.terms import printable

if TYPE_CHECKING:
    from sotegraph.publishing import Published
    from sotegraph.versions import Archive, Changes, Entry

_NO_THING = "No thing differs, only blank nodes that none or several lead to: --format patch tells the statements"
STATE = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of versions, in the place of SOTEGRAPH_STATE.",
)
AGENT = click.option("--agent", metavar="IRI", help="Who does it, in the place of SOTEGRAPH_AGENT.")


@examples(
    """
sotegraph publish --state /var/lib/sotegraph
SOTEGRAPH_STATE=/var/lib/sotegraph sotegraph publish my-publication
sotegraph publish my-publication --state state --agent https://example.org/id/us
"""
)
@click.command()
@FOLDER
@STATE
@AGENT
@click.option("--check/--no-check", "checked", default=True, help="Refuse a publication that is not sound.")
@click.option(
    "--anew", is_flag=True, help="Make and check everything anew, and take nothing over from the current version."
)
@click.option(
    "--dumps/--no-dumps",
    "dumped",
    default=True,
    help="Make the files to be downloaded right after that, not when somebody first asks for one.",
)
@LANGUAGE
@BASE_IRI
def publish(
    folder: Path | None,
    state: Path | None,
    agent: str | None,
    checked: bool,
    anew: bool,
    dumped: bool,
    language: str,
    base_iri: str | None,
) -> None:
    """Make FOLDER the next version in the state folder, and that the current one.

    It is written beside the current version, which stands until it is whole; servers of that state folder take it over
    without losing a request, and come first while it is made (SOTEGRAPH_PUBLISH_NICENESS). Its files to be downloaded
    are made after that; if they are interrupted, the next publish makes them. Without a change nothing is done. Exits
    with 1 when FOLDER is not sound.
    """
    from sotegraph.publishing import publish as act
    from sotegraph.soundness import render_text

    settings = Settings.from_environment(base_iri=base_iri, state=state, agent=agent)
    os.nice(settings.publish_niceness)
    with exit_at(signal.SIGTERM), collecting_rarely(), ExitStack() as shown:
        done = act(
            folder or bundled_folder(),
            settings,
            checked=checked,
            anew=anew,
            dumped=dumped,
            announce=_announce,
            told=lambda title: shown.enter_context(progress(title)),
        )
    if done.refused and done.soundness is not None:
        for line in render_text(done.soundness, language):
            say(line)
        sys.exit(1)


def _announce(done: Published) -> None:
    """Say that a version stands now; what was refused is told of in full at the end."""
    if done.refused or done.entry is None:
        return
    if not done.is_new:
        say(f"Nothing has changed: version {done.entry.short_id} stands")
        return
    say(f"Published {_told(done.entry)}")
    _say_retired(done)


@examples(
    """
sotegraph rollback --state /var/lib/sotegraph
sotegraph rollback 3f9a --state /var/lib/sotegraph
"""
)
@click.command()
@click.argument("version", required=False)
@STATE
@AGENT
def rollback(version: str | None, state: Path | None, agent: str | None) -> None:
    """Make VERSION the current one again; without one, the version that was current before this one.

    VERSION is an id, or the first digits of one. The history is not changed: it gets one entry more, so that a second
    rollback without a VERSION undoes the first.
    """
    from sotegraph.publishing import go_back

    settings = Settings.from_environment(state=state, agent=agent)
    with exit_at(signal.SIGTERM):
        done = go_back(settings, version)
    assert done.entry is not None
    say(f"Back at {_told(done.entry)}")
    _say_retired(done)


@examples(
    """
sotegraph versions --state /var/lib/sotegraph
sotegraph versions --state state --pin 3f9a
sotegraph versions --state state --verify --format json
"""
)
@click.command()
@STATE
@click.option("--pin", metavar="VERSION", help="Keep this version whatever its age.")
@click.option("--unpin", metavar="VERSION", help="Let this version go when its time has come.")
@click.option("--verify", "verified", is_flag=True, help="Compare the checksums of every version that is kept.")
@click.option(
    "--format", "form", default="text", show_default=True, type=click.Choice(["text", "json"]), help="Form of the list."
)
def versions(state: Path | None, pin: str | None, unpin: str | None, verified: bool, form: str) -> None:
    """List the history, the current version last.

    Exits with 1 when --verify finds a file that is not what was written, with 2 where nothing has been published.
    """
    from sotegraph.publishing import archive_of
    from sotegraph.versions import verify

    archive = archive_of(Settings.from_environment(state=state))
    if archive.current is None:
        raise SettingsError(
            "Nothing has been published in {folder}. Publish a folder first: sotegraph publish.",
            folder=str(archive.root),
        )
    with archive.writing() if pin or unpin else ExitStack():
        if pin:
            archive.pin(archive.find(pin))
        if unpin:
            archive.unpin(archive.find(unpin))
    if verified:
        for entry in {archive.folder(each): each for each in archive.entries() if archive.is_kept(each)}.values():
            verify(archive, entry)
    for entry in archive.entries():
        click.echo(json.dumps(_as_json(archive, entry)) if form == "json" else printable(_line(archive, entry)))


@examples(
    """
sotegraph diff --state /var/lib/sotegraph
sotegraph diff 3f9a 77b0 --state /var/lib/sotegraph
sotegraph diff 3f9a --format patch --state /var/lib/sotegraph
"""
)
@click.command()
@click.argument("before", required=False)
@click.argument("after", required=False)
@STATE
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "patch"]),
    help="For people, thing by thing; or RDF Patch: one line a statement, A for added and D for deleted.",
)
def diff(before: str | None, after: str | None, state: Path | None, form: str) -> None:
    """Tell by what version AFTER differs from version BEFORE.

    AFTER is the current version when it is left out, and BEFORE the one that was current before AFTER. Exits with 1
    when they differ.
    """
    from sotegraph.commands.differences import by_thing
    from sotegraph.publishing import archive_of
    from sotegraph.versions import changes_between, changes_by_thing_between

    archive = archive_of(Settings.from_environment(state=state))
    new = archive.find(after) if after else archive.needed_current()
    old = archive.find(before) if before else archive.before(new)
    changes = changes_between(archive, old, new)
    say(f"From {_dated(old)} to {_dated(new)}")
    if form == "patch":
        for line in _patch(changes):
            click.echo(line)
    else:
        things = changes_by_thing_between(archive, old, new)
        show(by_thing(archive, old, new, things))
        if changes and not things:
            say(_NO_THING)
    sys.exit(1 if changes else 0)


def _say_retired(done: Published) -> None:
    for retired in done.retired:
        say(f"Version {retired[:16]} is no longer kept")


def _told(entry: Entry) -> str:
    return (
        f"version {entry.short_id}: {entry.statements:,} statements, {entry.added:,} added and {entry.removed:,} "
        f"removed"
    )


def _dated(entry: Entry) -> str:
    from sotegraph.terms import utc

    return f"version {entry.short_id} of {utc(entry.time)}" + (f" by {entry.agent}" if entry.agent else "")


def _line(archive: Archive, entry: Entry) -> str:
    marks = [
        *(["current"] if entry == archive.current else []),
        *(["pinned"] if archive.is_pinned(entry) else []),
        *([] if archive.is_kept(entry) else ["no longer kept"]),
    ]
    told = f"{entry.number:>4}  {entry.time.isoformat()}  {entry.short_id}  {entry.action:<8}"
    return f"{told}  {entry.statements:>10,}  +{entry.added:,} -{entry.removed:,}  {', '.join(marks)}".rstrip()


def _as_json(archive: Archive, entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "version": entry.version,
        "time": entry.time.isoformat(),
        "action": entry.action,
        "parent": entry.parent,
        "statements": entry.statements,
        "added": entry.added,
        "removed": entry.removed,
        "agent": entry.agent,
        "source": entry.source,
        "software": entry.software,
        "current": entry == archive.current,
        "pinned": archive.is_pinned(entry),
        "kept": archive.is_kept(entry),
    }


def _patch(changes: Changes) -> Iterator[str]:
    """The change as RDF Patch: removals first, so that what is applied in this order never stands twice."""
    yield from (f"D {quad} ." for quad in changes.removed)
    yield from (f"A {quad} ." for quad in changes.added)
