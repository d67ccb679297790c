"""The pages of the validator: the form, and what came of a check, said so that it needs no knowledge of SHACL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sotegraph.desk import State
from sotegraph.errors import PublisherError
from sotegraph.facts import Texts
from sotegraph.formats import PARSED_FORMATS, RESULTS_CSV
from sotegraph.ingest import SEVERITIES, Group, Submission, Told, best, template_classes
from sotegraph.reports import REPORT_FORMATS, SEVERITY_WORDS, counted, facts, heading, place, verdict
from sotegraph.terms import term
from sotegraph.validation.own_shapes import MOST_TRIPLES
from sotegraph.validation.types import SUBMISSION, Named, read_names
from sotegraph.web.links import Resource
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.site import Reader, Site

_SHOWN_FINDINGS, _SHOWN_GROUPS = 20, 100
SECTION_NAMES = {"violation": "Errors to mend", "warning": "Warnings", "info": "Remarks"}
"""What the sections of a result are called, by severity."""


@dataclass(frozen=True)
class ProfileChoice:
    """A profile that can be chosen: its name in addresses, what people call it, what it is for, and whose it is."""

    name: str
    labels: Texts
    descriptions: Texts
    is_own: bool = True


@dataclass(frozen=True)
class ShownFinding:
    """One finding as a row: where it is, the way to it, the value, and how to mend it.

    *message* is what it says where the heading of its group does not say it word for word, else empty; *links* are the
    paths and names of what is published here and named in it.
    """

    place: str
    file: str
    trail: tuple[str, ...]
    value: str
    message: str
    links: tuple[tuple[str, str], ...]
    mend: str
    is_new: bool | None
    told: Told


@dataclass(frozen=True)
class ShownGroup:
    """Findings that read alike: what they say, what would be right, and the first of them."""

    heading: str
    severity: str
    word: str
    expected: str
    parts: tuple[str, ...]
    page: str | None
    template: str | None
    rows: tuple[ShownFinding, ...]
    total: int


def profile_choices(site: Site) -> list[ProfileChoice]:
    """What somebody can be judged by: the publication's profiles, the one for submissions first, then others."""
    shapes, languages = site.shapes, site.messages.languages
    found = []
    for node in shapes.by_subject:
        if term("pub:Profile") in shapes.values(node, "rdf:type"):
            texts = {
                name: {each.language or "": each.value for each in shapes.values(node, name)}
                for name in ("rdfs:label", "rdfs:comment")
            }
            label = texts["rdfs:label"] or dict.fromkeys(languages, node.value.rpartition("/")[2])
            found.append(ProfileChoice(node.value.rpartition("/")[2], label, texts["rdfs:comment"]))
    own = sorted(found, key=lambda each: (each.name != SUBMISSION, each.name))
    taken = {each.name for each in own}
    others = (each for each in site.once("types", lambda: read_names(site.settings.shapes)) if each.name not in taken)
    return [
        *own,
        *(ProfileChoice(each.name, _named(each, languages), each.descriptions, is_own=False) for each in others),
    ]


def _named(found: Named, languages: Sequence[str]) -> Texts:
    return found.labels or dict.fromkeys(languages, found.name)


def validate_page(
    site: Site, reader: Reader, resource: Resource, *, error: PublisherError | None = None, removed: bool = False
) -> str:
    """Return the form of the validator, with the *error* of what was sent, or the news that a result is *removed*."""
    writer = Writer(site, reader)
    return writer.render(
        "validate.html",
        resource,
        profiles=profile_choices(site),
        most_shapes=writer.formatter.number(MOST_TRIPLES),
        syntaxes=[*PARSED_FORMATS, RESULTS_CSV],
        limit=writer.formatter.number(site.settings.validation_body_limit_bytes >> 20),
        keep_hours=writer.formatter.number(site.settings.validation_keep_s // 3600),
        error=error,
        problem=error.text(writer.translate) if error else "",
        removed=removed,
    )


def templates_page(site: Site, reader: Reader, resource: Resource) -> str:
    """Return the list of tables that can be filled."""
    return Writer(site, reader).render("templates.html", resource, tables=template_classes(site.tables))


def check_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    *,
    state: State,
    submission: Submission | None,
    error: PublisherError | None,
    expires: datetime,
    workbooks: Sequence[tuple[int, str]],
) -> str:
    """Return the page of a check: how far it is, what came of it, or why nothing did."""
    writer = Writer(site, reader)
    translate = writer.translate
    groups = submission.groups if submission else ()
    return writer.render(
        "check.html",
        resource,
        state=state,
        error=error,
        problem=error.text(translate) if error else "",
        submission=submission,
        verdict=verdict(submission, translate) if submission else "",
        counted=counted(submission, translate) if submission else "",
        sections=list(_sections(groups, reader.language, writer)),
        hidden_groups=max(0, len(groups) - _SHOWN_GROUPS),
        facts=list(facts(submission, reader.language, translate)) if submission else [],
        forms=[(each, f"{resource.path}.{each.suffix}") for each in REPORT_FORMATS],
        workbooks=[(name, f"{resource.path}/workbooks/{number}") for number, name in workbooks],
        expires=writer.formatter.moment(expires),
        address=resource.path,
    )


def _sections(groups: Sequence[Group], language: str, writer: Writer) -> Iterator[tuple[str, str, list[ShownGroup]]]:
    """The groups by severity: its name, what people call it, and what is shown of it."""
    shown = [_shown_group(each, language, writer) for each in groups[:_SHOWN_GROUPS]]
    for severity in SEVERITIES:
        own = [each for each in shown if each.severity == severity]
        if own:
            yield severity, writer.translate(SECTION_NAMES[severity]), own


def _shown_group(group: Group, language: str, writer: Writer) -> ShownGroup:
    first = group.first
    rows = tuple(_shown_finding(each, group, language, writer) for each in group.findings[:_SHOWN_FINDINGS])
    return ShownGroup(
        heading=heading(group, language, writer.translate),
        severity=first.severity,
        word=writer.translate(SEVERITY_WORDS[first.severity]),
        expected=best(first.expected, [language]),
        parts=tuple(best(each, [language]) for each in first.parts),
        page=first.page,
        template=first.template,
        rows=rows,
        total=len(group.findings),
    )


def _shown_finding(told: Told, group: Group, language: str, writer: Writer) -> ShownFinding:
    return ShownFinding(
        place=place(told.where, writer.translate),
        file=told.where.file,
        trail=tuple(best(each, [language]) for each in told.trail),
        value=best(told.shown, [language]),
        message="" if told.message == group.message else best(told.message, [language]),
        links=tuple(_links(best(told.message, [language]), language, writer)),
        mend=best(told.mend, [language]),
        is_new=told.is_new,
        told=told,
    )


def _links(message: str, language: str, writer: Writer) -> Iterator[tuple[str, str]]:
    """The path and the name of each published thing whose address *message* tells."""
    index = writer.site.index
    for iri in dict.fromkeys(re.findall(rf"\(({re.escape(index.publication.base_iri)}/id/[\w/-]+)\)", message)):
        path, names = index.addresses.path(iri), {each.language or "": each.value for each in index.labels(iri)}
        if path and names:
            yield path, best(names, [language])
