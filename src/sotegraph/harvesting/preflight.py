"""Before the harvest: what CKAN, udata, avoindata.fi and DCAT-AP 3 would make of a catalogue.

What can be said in shapes stands in ``rules/`` and in the profile of DCAT-AP; here is the rest, and what each portal
would show of each dataset.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, Triple, parse

from sotegraph.harvesting.addresses import address_remarks
from sotegraph.harvesting.catalogue import Catalogue, Resource, Texts
from sotegraph.harvesting.codes import LICENCES, THEMES, Licence, format_name, licence_of, media_type_of
from sotegraph.harvesting.packages import licence_iri
from sotegraph.harvesting.remarks import CONTACT_NOWHERE, NOT_LOST, PORTALS, SEVERITIES, Remark, Severity, remark
from sotegraph.terms import leads_nowhere
from sotegraph.validation import VIOLATION, WARNING, Engine, Result, ShapeSet, validate
from sotegraph.validation.types import EXTERNAL

RULES = Path(__file__).parent / "rules"
_PROFILE = "dcat-ap"
_HARVEST = "https://w3id.org/sotegraph/harvest/"
_FILES = (*sorted(RULES.glob("*.ttl")), EXTERNAL / f"{_PROFILE}.ttl")
Verdict = str
ALL, LOSSES, SOME, NONE = "all", "losses", "some", "none"
"""The verdicts: everything is taken as it is, or with losses; some datasets are refused; nothing is taken."""


@dataclass(frozen=True)
class Offered:
    """A file or a service as a portal would list it: its names by language, its format, its address."""

    names: Texts
    format: str
    address: str


@dataclass(frozen=True)
class Row:
    """What one dataset would become: the title that the portal shows and every language of it, licence, organisation.

    *state* is "taken", "losses" or "refused".
    """

    iri: str
    name: str
    title: str
    titles: Texts
    licence: str
    organisation: Texts
    resources: tuple[Offered, ...]
    state: str


@dataclass(frozen=True)
class Group:
    """Remarks that read alike, and what they are about."""

    first: Remark
    subjects: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Outcome:
    """What one portal would make of the catalogue."""

    portal: str
    verdict: Verdict
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]

    @property
    def taken(self) -> int:
        """How many datasets the portal would take."""
        return sum(each.state != "refused" for each in self.rows)

    @property
    def lessened(self) -> int:
        """Of how many datasets it would lose something."""
        return sum(each.state == "losses" for each in self.rows)


@dataclass(frozen=True)
class Preflight:
    """What every portal would make of the catalogue."""

    outcomes: tuple[Outcome, ...]
    datasets: int
    pages: int | None = None

    @property
    def passes(self) -> bool:
        """Whether no portal refuses anything."""
        return all(each.verdict in (ALL, LOSSES) for each in self.outcomes)


def examine(
    triples: Sequence[Triple],
    languages: Sequence[str],
    *,
    remarks: Iterable[Remark] = (),
    pages: int | None = None,
    has_actions: bool = True,
    asked: str = "",
    now: datetime | None = None,
    engine: Engine | None = None,
) -> Preflight:
    """Return what portals would make of the catalogue in *triples*; *remarks* are known of its pages already.

    *has_actions* tells that CKAN's action API stands beside it, *asked* where the catalogue was read, if anywhere. The
    shapes are applied by *engine*; without one, in a process of its own. Raises TimeLimitReached when that takes too
    long.
    """
    catalogue = Catalogue.read(triples, languages)
    found = [
        *remarks,
        *_by_shapes(triples, engine),
        *address_remarks(catalogue, asked),
        *_Examining(catalogue, has_actions, now or datetime.now(UTC)).remarks(),
    ]
    outcomes = tuple(_outcome(each, catalogue, [one for one in found if one.portal == each]) for each in PORTALS)
    return Preflight(outcomes, len(catalogue.datasets), pages)


@cache
def _shapes() -> ShapeSet:
    return ShapeSet.read(quad for path in _FILES for quad in parse(path=str(path)))


@cache
def _background() -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(path=str(EXTERNAL / "background.ttl")))


def _by_shapes(triples: Sequence[Triple], engine: Engine | None) -> Iterator[Remark]:
    """What the shapes of every portal find, all in one run of the engine."""
    report = validate([*triples, *_background()], _shapes(), engine=engine)
    own = {each.subject for each in triples}
    for each in report.results:
        shape = each.source_shape.value if isinstance(each.source_shape, NamedNode) else ""
        portal = shape.removeprefix(_HARVEST).partition("#")[0] if shape.startswith(_HARVEST) else _PROFILE
        if each.focus in own or shape.startswith(_HARVEST):
            yield Remark(portal, _severity(each), shape.rpartition("#")[2], each.messages, _name(each.focus))


def _severity(result: Result) -> Severity:
    return "violation" if result.severity == VIOLATION else "warning" if result.severity == WARNING else "info"


def _name(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


@dataclass(frozen=True)
class _Examining:
    """What shapes cannot say."""

    catalogue: Catalogue
    has_actions: bool
    now: datetime

    def remarks(self) -> Iterator[Remark]:
        if not self.catalogue.datasets:
            yield from (remark(each, "violation", "no-dataset", _NO_DATASET) for each in PORTALS)
        yield from self._licences()
        yield from self._days()
        yield from self._identifiers()
        yield from self._services()
        yield from self._contacts()
        yield from self._avoindata()

    def _licences(self) -> Iterator[Remark]:
        for dataset in self.catalogue.datasets:
            iri = licence_iri(dataset)
            known = licence_of(iri)
            if iri and not (known and _is_listed(known)):
                for portal in ("ckan", "avoindata"):
                    yield remark(portal, "warning", "licence-unknown", _LICENCE, _name(dataset.node), licence=iri)

    def _contacts(self) -> Iterator[Remark]:
        """A portal shows the contact to everybody; a catalogue that has such an address itself is an example."""
        for dataset in self.catalogue.datasets:
            for contact in dataset.linked("dcat:contactPoint"):
                address = contact.value("vcard:hasEmail")
                if leads_nowhere(address) and not leads_nowhere(dataset.iri):
                    told = address.removeprefix("mailto:")
                    for portal in PORTALS:
                        yield remark(portal, "warning", CONTACT_NOWHERE, _NOWHERE, _name(dataset.node), address=told)

    def _days(self) -> Iterator[Remark]:
        """What has changed in the future is refused by udata."""
        for dataset in self.catalogue.datasets:
            for name in ("dct:modified", "dct:issued"):
                day = dataset.value(name)
                if day and _moment(day) > self.now:
                    yield remark("udata", "violation", "in-the-future", _FUTURE, _name(dataset.node), day=day)

    def _identifiers(self) -> Iterator[Remark]:
        """One identifier stands for one dataset."""
        counts = Counter(each.value("dct:identifier") for each in self.catalogue.datasets)
        for dataset in self.catalogue.datasets:
            identifier = dataset.value("dct:identifier")
            if identifier and counts[identifier] > 1:
                yield remark(
                    "udata", "violation", "identifier-twice", _TWICE, _name(dataset.node), identifier=identifier
                )

    def _services(self) -> Iterator[Remark]:
        """A service that a distribution has is none for udata, unless another node describes it as well."""
        distributions = [each for dataset in self.catalogue.datasets for each in dataset.linked("dcat:distribution")]
        inner = {each.node for distribution in distributions for each in distribution.linked("dcat:accessService")}
        listed = {each.value("dcat:endpointURL") for each in self.catalogue.services if each.node not in inner}
        for each in self.catalogue.services:
            if each.node in inner and each.value("dcat:endpointURL") not in listed:
                yield remark("udata", "info", "service-inside", _INSIDE, _name(each.node))

    def _avoindata(self) -> Iterator[Remark]:
        if not self.has_actions:
            yield remark("avoindata", "violation", "no-action-api", _NO_ACTIONS)
        for dataset in self.catalogue.datasets:
            themes = dataset.iris("dcat:theme")
            if themes and not any(each.startswith(THEMES) for each in themes):
                yield remark("avoindata", "warning", "theme-unknown", _THEME, _name(dataset.node), theme=themes[0])


def _is_listed(licence: Licence) -> bool:
    """Whether portals list *licence* itself, and not only that there are others like it."""
    return LICENCES[licence.id] == licence


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _outcome(portal: str, catalogue: Catalogue, remarks: Sequence[Remark]) -> Outcome:
    states = _States(catalogue, remarks)
    rows = tuple(_row(portal, catalogue, each, states.of(each)) for each in catalogue.datasets)
    refused = sum(each.state == "refused" for each in rows)
    whole = [each for each in remarks if not each.subject and (portal, each.rule) not in NOT_LOST]
    if not rows or refused == len(rows) or any(each.severity == "violation" for each in whole):
        verdict = NONE
    elif refused or any(each.severity == "violation" for each in remarks):
        verdict = SOME
    else:
        verdict = LOSSES if any(each.loses for each in remarks) else ALL
    return Outcome(portal, verdict, _groups(remarks), rows)


def _groups(remarks: Iterable[Remark]) -> tuple[Group, ...]:
    alike: dict[tuple[int, str, str], list[Remark]] = {}
    for each in remarks:
        alike.setdefault((SEVERITIES.index(each.severity), each.rule, each.text("en")), []).append(each)
    return tuple(
        Group(own[0], tuple(dict.fromkeys(each.subject for each in own if each.subject)), len(own))
        for _, own in sorted(alike.items(), key=lambda pair: pair[0])
    )


class _States:
    """What the remarks mean for each dataset: refused by its own faults, with losses by those of what hangs on it."""

    def __init__(self, catalogue: Catalogue, remarks: Sequence[Remark]) -> None:
        self.worst: dict[str, int] = {}
        for each in filter(lambda each: each.loses, remarks):
            grade = SEVERITIES.index(each.severity)
            self.worst[each.subject] = min(grade, self.worst.get(each.subject, grade))

    def of(self, dataset: Resource) -> str:
        if self.worst.get(_name(dataset.node), 2) == 0:
            return "refused"
        parts = [dataset, *dataset.linked("dcat:distribution")]
        return "losses" if any(self.worst.get(_name(each.node), 2) < 2 for each in parts) else "taken"


def _row(portal: str, catalogue: Catalogue, dataset: Resource, state: str) -> Row:
    titles, licence, publisher = dataset.texts("dct:title"), licence_iri(dataset), dataset.one("dct:publisher")
    known = licence_of(licence)
    shown = known.title if known and _is_listed(known) else licence
    if portal == "avoindata":
        shown = known.id if known else "other" if licence else ""
    return Row(
        iri=dataset.iri,
        name=dataset.value("dct:identifier") if portal == "udata" else dataset.iri,
        title=catalogue.choose(titles),
        titles=titles,
        licence=shown if portal != _PROFILE else licence,
        organisation=publisher.labels() if publisher else {},
        resources=tuple(_offered(catalogue, each) for each in dataset.linked("dcat:distribution")),
        state=state,
    )


def _offered(catalogue: Catalogue, distribution: Resource) -> Offered:
    form = distribution.one("dct:format")
    name = (format_name(form.iri) or catalogue.choose(form.labels())) if form else ""
    address = distribution.value("dcat:downloadURL", "dcat:accessURL")
    return Offered(
        distribution.texts("dct:title"), name or media_type_of(distribution.value("dcat:mediaType")), address
    )


_NO_DATASET = "There is no dataset in the catalogue. Type each one as dcat:Dataset."
_LICENCE = (
    "The licence {licence} is not among those that portals know, so it is shown as another one. Use CC BY 4.0 or CC0."
)
_FUTURE = "The day {day} lies in the future, so udata refuses the dataset. Correct it."
_TWICE = "Several datasets have the identifier {identifier}, of which udata keeps one. Give each its own."
_THEME = (
    "The theme {theme} is none of the EU's, so the dataset stands in no category. Add a code of the EU's data themes."
)
_NO_ACTIONS = (
    "avoindata.fi takes nothing from RDF: the only profile that it has set up for that leaves everything out. Offer "
    "CKAN's action API; the table shows what would come through that."
)
_INSIDE = (
    "A distribution has the data service as its own, so udata does not list it as a service. Describe the service a "
    "second time under another IRI, with dcat:servesDataset."
)
_NOWHERE = (
    "The contact's address {address} is at a host that is kept for examples, so nobody is reached there. Give "
    "dcat:contactPoint an address that somebody reads."
)
TEMPLATES = (_NO_DATASET, _LICENCE, _FUTURE, _TWICE, _THEME, _NO_ACTIONS, _INSIDE, _NOWHERE)
"""Everything that is remarked on beside the shapes."""
