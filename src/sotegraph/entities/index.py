"""What is computed once a version: which entities there are, in which order, what they are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from pyoxigraph import Literal, NamedNode

from sotegraph.coverage import CoverageTable, fill_coverage, read_coverage
from sotegraph.entities.changed import times_of_graphs
from sotegraph.entities.incoming import IncomingLinks, find_places
from sotegraph.facts import Texts
from sotegraph.overviews import Overviews, read_overviews
from sotegraph.publication import Collection, Publication
from sotegraph.questions import Question, read_questions
from sotegraph.store import Term, Version
from sotegraph.terms import RDF_TYPE, Addresses, key_of, shorten, term
from sotegraph.views import ClassView

T = TypeVar("T")
_DIGITS = re.compile(r"(\d{1,100})")
_KEPT_LABELS = 50_000
_MANY = 1_000
_IN_SCHEME = term("skos:inScheme")


@dataclass(frozen=True)
class Text:
    """A text and its language tag; the tag is empty for what has no language.

    Where the text is a translation by the publication itself, *official* is the name that it translates.
    """

    value: str
    language: str = ""
    official: Text | None = None

    @property
    def stated(self) -> Text:
        """The text as those called by it have it: never a translation of ours."""
        return self.official or self


@dataclass(frozen=True)
class KeyFact:
    """What tells a thing from others: a text of its own, or what another thing is called."""

    text: Text
    is_own: bool


@dataclass(frozen=True)
class Index:
    """One version, ready to be asked.

    *members* holds the IRIs of each collection's entities in key order; *ordered* the same per language by label.
    *covered* is what is known of the members of one collection, if the publication describes that; *questions* are the
    queries that it has by name, *overviews* the pages that it composes of such things.
    """

    publication: Publication
    version: Version
    addresses: Addresses
    members: Mapping[str, tuple[str, ...]]
    ordered: Mapping[tuple[str, str], tuple[str, ...]]
    modified: Mapping[str, datetime]
    covered: CoverageTable | None = None
    questions: tuple[Question, ...] = ()
    overviews: Overviews = field(default_factory=Overviews)
    incoming: IncomingLinks = field(default_factory=lambda: IncomingLinks({}), repr=False)
    _labels: dict[str, list[Literal]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _chosen: dict[tuple[str, str], tuple[Text | None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def question(self, name: str) -> Question | None:
        """The question of that *name*, or None."""
        return next((each for each in self.questions if each.name == name), None)

    def reopened(self) -> Index:
        """The same index over a store that this process may use after a fork."""
        return replace(self, version=self.version.reopened())

    def nearby(self) -> Index:
        """The same index, names included, for one answer, which says much of the same few things."""
        index = copy(self)
        object.__setattr__(index, "version", self.version.nearby())
        return index

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What *make* returns, which is made at most once a version by each process that asks for it."""
        if name not in self._made:
            self._made[name] = make()
        found: T = self._made[name]
        return found

    def languages(self, asked: str) -> tuple[str, ...]:
        """The fallback chain: the language asked for, then the publication's own order."""
        return self.publication.languages if asked == self.publication.languages[0] else self._chain(asked)

    def _chain(self, asked: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((asked, *self.publication.languages)))

    def labels(self, iri: str) -> list[Literal]:
        """The values of the first label property that *iri* has, in a fixed order; those asked for lately are kept."""
        found = self._labels.get(iri)
        if found is None:
            if len(self._labels) >= _KEPT_LABELS:
                self._labels.clear()
            found = self._labels[iri] = self._read_labels(iri)
        return found

    def _read_labels(self, iri: str) -> list[Literal]:
        for name in self.publication.label_properties:
            found = [
                each for each in self.version.objects(NamedNode(iri), NamedNode(name)) if isinstance(each, Literal)
            ]
            if found:
                return sorted(found, key=str)
        return []

    def choose(self, texts: Texts, language: str) -> Text | None:
        """The one of *texts* that a reader of *language* understands best."""
        return choose_text(texts, self.languages(language))

    def label(self, iri: str, language: str) -> Text | None:
        """What *iri* is called in *language*, by the fallback chain; None for what has no name.

        A translation by the publication itself stands in for a name that is in other languages only.
        """
        place = (iri, language)
        found = self._chosen.get(place)
        if found is None:
            if len(self._chosen) >= _KEPT_LABELS:
                self._chosen.clear()
            found = self._chosen[place] = (self.best(iri, self.labels(iri), language),)
        return found[0]

    def best(self, iri: str, labels: Sequence[Literal], language: str) -> Text | None:
        """The one of *labels* that a reader of *language* understands best, or a translation that stands in for it."""
        found = choose(labels, self.languages(language))
        if found and found.language not in ("", language):
            return self._translation(iri, language, found) or found
        return found

    def _translation(self, iri: str, language: str, official: Text) -> Text | None:
        """How the publication itself translates the name of *iri* into *language*."""
        for name in self.publication.translation_properties:
            values = self.version.objects(NamedNode(iri), NamedNode(name))
            texts = sorted(each.value for each in values if isinstance(each, Literal) and each.language == language)
            if texts:
                return Text(texts[0], language, official)
        return None

    def translation_mark(self, language: str) -> Text | None:
        """What the publication calls the translations that it has made itself, which stands beside each."""
        names = (self.label(each, language) for each in self.publication.translation_properties)
        return next(filter(None, names), None)

    def name(self, iri: str, language: str) -> Text:
        """What a reader sees for *iri*: its label, its class and key facts, or its compact IRI."""
        return self.label(iri, language) or self._title_of_facts(iri, language) or Text(self._short(iri))

    def _short(self, iri: str) -> str:
        return iri if iri.startswith(("http://", "https://")) else shorten(iri, self.publication.prefixes)

    def _title_of_facts(self, iri: str, language: str) -> Text | None:
        """A title for a node without a name: its class, and the values whose property shape says ``pub:inTitle``.

        Where these are texts in one other language than *language*, the whole title is in it; names stay what they are.
        """
        view, facts = self._telling(NamedNode(iri), language)
        if view is None:
            return None
        parts = [each.text for each in facts]
        spoken = {each.text.language for each in facts if each.is_own and each.text.language}
        language = spoken.pop() if len(spoken) == 1 else language
        kind = choose_text(view.labels, self.languages(language))
        if not parts:
            key = self.addresses.key(iri)
            parts = [Text(key.rpartition("/")[2])] if key else []

        def written(texts: Iterable[Text]) -> Text:
            told = " – ".join(each.value for each in texts)
            return Text(": ".join(filter(None, (kind.value if kind else "", told))), language)

        title = written(parts)
        if any(each.official for each in parts):
            title = replace(title, official=written(each.stated for each in parts))
        return title if title.value else None

    def key_facts(self, iri: str, language: str) -> list[Text]:
        """What tells *iri* from others of the same name: the values whose property shape says ``pub:inTitle``."""
        return [each.text for each in self._telling(NamedNode(iri), language)[1]]

    def _telling(self, node: NamedNode, language: str) -> tuple[ClassView | None, list[KeyFact]]:
        """The first class of *node* whose shape puts values in titles, with these values; else its first class."""
        views = self.publication.views(self.version.types(node))
        for view in views:
            if facts := list(self._key_facts(node, view, language)):
                return view, facts
        return (views[0] if views else None), []

    def _key_facts(self, node: NamedNode, view: ClassView, language: str) -> Iterator[KeyFact]:
        for each in view.properties:
            if not each.in_title or each.predicate is None:
                continue
            values = sorted(self.version.objects(node, NamedNode(each.predicate)), key=str)
            for value in self._understood(values, language):
                label = self.label(value.value, language) if isinstance(value, NamedNode) else None
                if isinstance(value, Literal):
                    label = Text(value.value, value.language or "")
                if label and label.value:
                    yield KeyFact(label, is_own=isinstance(value, Literal))

    def _understood(self, values: Sequence[Term], language: str) -> Iterator[Term]:
        """*values*, but of texts in several languages only those in the one that a reader of *language* is shown."""
        texts = [each for each in values if isinstance(each, Literal) and each.language]
        chosen = choose(texts, self.languages(language))
        for each in values:
            if chosen is None or not isinstance(each, Literal) or each.language in (None, chosen.language):
                yield each

    def collection_of(self, iri: str) -> Collection | None:
        """The collection whose page lists *iri*."""
        key = self.addresses.key(iri)
        return self.publication.collection(key.rpartition("/")[0]) if key else None

    def changed(self, iri: str) -> datetime | None:
        """When the latest of the graphs that speak of *iri* was changed; None where none of them says when."""
        return max(filter(None, map(self.modified.get, self.version.graphs_of(NamedNode(iri)))), default=None)

    def last_modified(self, subjects: Iterable[str]) -> datetime:
        """When the latest of the graphs that speak of *subjects* was changed, to the second."""
        graphs = {graph for subject in subjects for graph in self.version.graphs_of(NamedNode(subject))}
        times = [self.modified[graph] for graph in graphs if graph in self.modified]
        return max(times, default=self.version.created).replace(microsecond=0)

    @property
    def latest_change(self) -> datetime:
        """When the latest of all graphs was changed."""
        return max(self.modified.values(), default=self.version.created).replace(microsecond=0)


def build_index(publication: Publication, version: Version, questions: tuple[Question, ...] | None = None) -> Index:
    """Return the index of *version*: its addresses, the members of each collection, and when each graph changed.

    *questions* are those of the publication; without them they are read.
    """
    pages: dict[str, str] = {}
    members: dict[str, tuple[str, ...]] = {}
    base = f"{publication.base_iri}/id/"
    for collection in publication.collections:
        found = set(_instances(version, collection))
        for iri in found:
            if not iri.startswith(base):
                pages[iri] = f"{collection.segment}/{_external_key(version, collection, iri)}"
        members[collection.segment] = tuple(found)
    addresses = publication.addresses(pages)
    for collection in publication.collections:
        own = [
            (key, iri)
            for iri in members[collection.segment]
            if "#" not in iri[len(base) :] or iri in pages
            if (key := addresses.key(iri)) and key.rpartition("/")[0] == collection.segment
        ]
        members[collection.segment] = tuple(iri for key, iri in sorted(own, key=lambda pair: natural(pair[0])))
    modified = dict(times_of_graphs(version))
    questions = read_questions(publication) if questions is None else questions
    covered = _covered(publication, version, members)
    index = Index(publication, version, addresses, members, {}, modified, covered, questions)
    return assemble_index(index, dict(_orders(index)))


def refresh_index(index: Index) -> Index:
    """Return *index* with what depends on more than its lists and their names as it is now: coverage, and moments."""
    modified = dict(times_of_graphs(index.version))
    return replace(index, modified=modified, covered=_covered(index.publication, index.version, index.members))


def lists_depend_on(publication: Publication) -> frozenset[str]:
    """The predicates that decide which lists there are of what, and what the things in them are called."""
    keys = (each.key_property for each in publication.collections)
    return frozenset({RDF_TYPE.value, _IN_SCHEME.value, *publication.label_properties, *filter(None, keys)})


def assemble_index(index: Index, ordered: Mapping[tuple[str, str], tuple[str, ...]]) -> Index:
    """Return *index* with its lists *ordered*, and with what follows from them and from the publication alone."""
    publication = index.publication
    places = find_places(publication.collections, index.members, ordered, publication.languages)
    overviews = read_overviews(publication, index.questions)
    return replace(index, ordered=ordered, overviews=overviews, incoming=IncomingLinks(places))


def _covered(publication: Publication, version: Version, members: Mapping[str, Sequence[str]]) -> CoverageTable | None:
    described = read_coverage(publication)
    return fill_coverage(described, version, members[described.segment]) if described else None


def _instances(version: Version, collection: Collection) -> Iterator[str]:
    for name in collection.classes:
        for node in version.instances(NamedNode(name)):
            if isinstance(node, NamedNode) and _in_scheme(version, collection, node):
                yield node.value


def _in_scheme(version: Version, collection: Collection, node: NamedNode) -> bool:
    if collection.scheme is None:
        return True
    return NamedNode(collection.scheme) in set(version.objects(node, _IN_SCHEME))


def _external_key(version: Version, collection: Collection, iri: str) -> str:
    if collection.key_property:
        for value in version.objects(NamedNode(iri), NamedNode(collection.key_property)):
            if isinstance(value, Literal):
                return key_of(value.value)
    return key_of(re.split(r"[/#]", iri.rstrip("/#"))[-1])


def _orders(index: Index) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    for segment, iris in index.members.items():
        labels = _labels_of(index, iris)
        if not any(labels.values()):
            continue
        for language in index.publication.languages:
            names = {iri: index.best(iri, labels[iri], language) for iri in iris}
            yield (segment, language), tuple(sorted(iris, key=lambda iri: sort_key(names[iri])))


def _labels_of(index: Index, iris: Sequence[str]) -> Mapping[str, list[Literal]]:
    """What each of *iris* is called: of many, by going through all labels once, kept as far as there is room."""
    if len(iris) < _MANY:
        return {iri: index.labels(iri) for iri in iris}
    left = dict.fromkeys(iris)
    found: dict[str, list[Literal]] = {}
    for name in index.publication.label_properties:
        own: dict[str, list[Literal]] = {}
        for triple in index.version.statements(NamedNode(name)):
            subject, value = triple.subject, triple.object
            if isinstance(subject, NamedNode) and isinstance(value, Literal) and subject.value in left:
                own.setdefault(subject.value, []).append(value)
        for iri, values in own.items():
            del left[iri]
            found[iri] = sorted(values, key=str)
    found.update((iri, []) for iri in left)
    if len(index._labels) + len(found) <= _KEPT_LABELS:
        index._labels.update(found)
    return found


def natural(text: str) -> list[Any]:
    """A sort key that puts 2 before 10.

    >>> sorted(["b10", "b2"], key=natural)
    ['b2', 'b10']
    """
    return [int(part) if part.isdecimal() else part for part in _DIGITS.split(text)]


_ALPHABET_END = str.maketrans({"å": "z~1", "ä": "z~2", "æ": "z~2", "ö": "z~3", "ø": "z~3"})


def sort_key(text: Text | None) -> tuple[bool, str]:
    """A sort key in Finnish and Swedish alphabetical order (å, ä, ö after z); what has no name comes last."""
    return (text is None, text.value.casefold().translate(_ALPHABET_END) if text else "")


def choose(values: Iterable[Literal], chain: Sequence[str]) -> Text | None:
    """The value whose language comes first in *chain*, then one without language, then the first of any."""
    texts = {value.language or "": value.value for value in reversed(list(values))}
    return choose_text(texts, chain)


def choose_text(texts: Mapping[str, str], chain: Sequence[str]) -> Text | None:
    """The text whose language comes first in *chain*, then one without language, then the first by tag.

    >>> choose_text({"sv": "hus", "de": "Haus"}, ("fi", "sv")) == Text("hus", "sv")
    True
    """
    for language in (*chain, ""):
        if language in texts:
            return Text(texts[language], language)
    first = min(texts, default=None)
    return Text(texts[first], first) if first is not None else None
