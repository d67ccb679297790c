"""What a preflight found, as text for people at a terminal, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sotegraph.harvesting.preflight import ALL, LOSSES, NONE, SOME, Group, Outcome, Preflight, Row

Translate = Callable[[str], str]
NAMES: Mapping[str, str] = {
    "ckan": "CKAN",
    "udata": "udata",
    "avoindata": "avoindata.fi",
    "dcat-ap": "DCAT-AP 3",
}
ABOUT: Mapping[str, str] = {
    "ckan": "Portals that read DCAT by CKAN's own extension.",
    "udata": "Portals built with udata, such as data.gouv.fr.",
    "avoindata": "Finland's open-data portal, which takes datasets through CKAN's action API.",
    "dcat-ap": "The European application profile, by which data.europa.eu measures catalogues.",
}
"""What the portals are."""
VERDICTS: Mapping[str, str] = {
    ALL: "Takes all {count} datasets as they are.",
    LOSSES: "Takes all {count} datasets. {lessened} of them lose something; the warnings tell what.",
    SOME: "Takes {taken} of {count} datasets. Mend what is marked as an error.",
    NONE: "Takes nothing. Mend what is marked as an error.",
}
_LOST_BESIDES = "Takes all {count} datasets. The warnings tell what is lost besides."
CONFORMANCE: Mapping[str, str] = {
    ALL: "The catalogue conforms.",
    LOSSES: "The catalogue conforms. What is recommended besides is listed.",
    SOME: "The catalogue does not conform. Mend what is marked as an error.",
    NONE: "The catalogue does not conform. Mend what is marked as an error.",
}
"""The verdicts in words, of portals and of the profile."""
STATES: Mapping[str, str] = {"taken": "Taken", "losses": "With losses", "refused": "Refused"}
SEVERITY_WORDS: Mapping[str, str] = {"violation": "Error", "warning": "Warning", "info": "Remark"}
ABOUT_ALL = "The whole catalogue"
UNNAMED = "a node without an IRI"
_ONE, _MORE = "about {subject}", "about {subject} and {more} more"
WORDS = (
    *(*ABOUT.values(), *VERDICTS.values(), *CONFORMANCE.values(), *STATES.values(), *SEVERITY_WORDS.values()),
    *(ABOUT_ALL, _ONE, _MORE, _LOST_BESIDES, UNNAMED),
)
"""Everything that is chosen from a table."""
_MOST_RESOURCES = 5


def verdict(outcome: Outcome, translate: Translate) -> str:
    """What the portal would make of the catalogue, in one sentence."""
    words = CONFORMANCE if outcome.portal == "dcat-ap" else VERDICTS
    template = words[outcome.verdict]
    if template == VERDICTS[LOSSES] and not outcome.lessened:
        template = _LOST_BESIDES
    return translate(template).format(taken=outcome.taken, count=len(outcome.rows), lessened=outcome.lessened)


def render_text(preflight: Preflight, language: str, translate: Translate) -> Iterator[str]:
    """A paragraph for each portal: its verdict, what it remarks on, and what each dataset would become."""
    for outcome in preflight.outcomes:
        yield f"{NAMES[outcome.portal]}: {verdict(outcome, translate)}"
        for group in outcome.groups:
            word = translate(SEVERITY_WORDS[group.first.severity])
            yield f"  {word}: {group.first.text(language)} ({about(group, translate)})"
        for row in outcome.rows:
            yield from _row(row, language, translate)
        yield ""


def about(group: Group, translate: Translate) -> str:
    """What the remarks of *group* are about."""
    if not group.subjects:
        return translate(ABOUT_ALL)
    more, first = len(group.subjects) - 1, group.subjects[0]
    subject = translate(UNNAMED) if is_unnamed(first) else first
    return translate(_MORE if more else _ONE).format(subject=subject, more=more)


def is_unnamed(subject: str) -> bool:
    """Whether a remark is about a blank node, whose label says nothing outside of the parser that made it up."""
    return subject.startswith("_:")


def _row(row: Row, language: str, translate: Translate) -> Iterator[str]:
    yield f"  - {translate(STATES[row.state])}: {_text(row.titles, language) or row.iri}"
    facts = [row.name, _text(row.organisation, language), row.licence]
    yield f"      {' · '.join(each for each in facts if each)}"
    for each in row.resources[:_MOST_RESOURCES]:
        yield f"      {' '.join(filter(None, (each.format, _text(each.names, language), each.address)))}"
    if len(row.resources) > _MOST_RESOURCES:
        yield f"      … {len(row.resources) - _MOST_RESOURCES}"


def _text(texts: Mapping[str, str], wanted: str) -> str:
    """The text in the language that is *wanted*; without one, in all the others, each with its tag."""
    if wanted in texts:
        return texts[wanted]
    return " / ".join(f"{text} ({language})" if language else text for language, text in sorted(texts.items()))


def to_json(preflight: Preflight) -> Mapping[str, Any]:
    """The whole as plain values."""
    return {
        "passes": preflight.passes,
        "datasets": preflight.datasets,
        **({"pages": preflight.pages} if preflight.pages is not None else {}),
        "portals": [
            {
                "portal": each.portal,
                "verdict": each.verdict,
                "taken": each.taken,
                "findings": [
                    {
                        "severity": group.first.severity,
                        "rule": group.first.rule,
                        "message": dict(group.first.texts),
                        "count": group.count,
                        "about": list(group.subjects),
                    }
                    for group in each.groups
                ],
                "datasets": [asdict(row) for row in each.rows],
            }
            for each in preflight.outcomes
        ],
    }
