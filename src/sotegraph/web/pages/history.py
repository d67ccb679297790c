"""The pages about time: the history of a thing, the versions, what one of them changed, and what is left of a thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from sotegraph.entities import Index, Telling, Text, Value
from sotegraph.entities.index import choose
from sotegraph.store import Term
from sotegraph.terms import RDF_TYPE
from sotegraph.versions import Changes, Entry, Event, Fate, changes_of_subject, fates_of
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.rendering import Writer, downloads
from sotegraph.web.site import Reader, Site


@dataclass(frozen=True)
class Change:
    """What became of the values of one property: those *before* that went, those *after* that came, and who says so.

    *part* names the part of the thing whose property it is.
    """

    name: Text
    part: Text | None
    before: tuple[Value, ...]
    after: tuple[Value, ...]
    sources: tuple[Value, ...]


@dataclass(frozen=True)
class ThingChange:
    """What became of one thing."""

    thing: Value
    fate: Fate
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Told:
    """One line of a history: which version, by whom, and what it changed."""

    entry: Entry
    agent: Value | None
    things: tuple[ThingChange, ...]


def history_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], iri: str, events: Sequence[Event]
) -> str:
    """Return the page that tells the history of the thing *iri*."""
    writer, teller = Writer(site, reader), _Teller(site, reader)
    return writer.render(
        "history.html",
        resource,
        links,
        title=site.index.name(iri, reader.language),
        document=site.index.addresses.path(iri),
        events=[teller.event(each) for each in events],
        is_kept=site.past.archive.is_kept if site.past else None,
        forms=downloads(resource),
    )


def versions_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], entries: Sequence[Entry]
) -> str:
    """Return the page that lists the versions."""
    teller = _Teller(site, reader)
    return Writer(site, reader).render(
        "versions.html",
        resource,
        links,
        entries=[(each, teller.agent(each)) for each in entries],
        is_kept=site.past.archive.is_kept if site.past else None,
        forms=downloads(resource),
    )


def version_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    changes: Sequence[tuple[Entry, Mapping[str, Changes] | None]],
    has_files: bool,
) -> str:
    """Return the page of one version, with what each time *changes* at which it became the current one.

    Without changes, thing by thing, it only tells how many statements there are. The latest time comes first.
    """
    teller, (entry, _) = _Teller(site, reader), changes[0]
    return Writer(site, reader).render(
        "version.html",
        resource,
        links,
        entry=entry,
        events=[(teller.publishing(each, told), told is None) for each, told in reversed(changes)],
        is_kept=site.past is not None and site.past.archive.is_kept(entry),
        has_files=has_files,
        forms=downloads(resource),
    )


def tombstone_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    iri: str,
    removed: Entry,
    last: Entry,
    stood_as: str,
) -> str:
    """Return the page of a thing that is in no file any longer, by the name of what it *stood_as* in the history."""
    gone = changes_of_subject(removed.place, stood_as).removed
    return Writer(site, reader).render(
        "tombstone.html",
        resource,
        links,
        iri=iri,
        key=site.index.addresses.key(iri),
        name=former_name(site, reader.language, stood_as, gone),
        has_history=bool(gone) and stood_as == iri,
        removed=removed,
        last=last,
        is_kept=site.past is not None and site.past.archive.is_kept(last),
        forms=downloads(resource),
    )


def former_name(site: Site, language: str, thing: str, removed: Iterable[Quad]) -> Text | None:
    """The name that *thing* had, for readers of *language*, when what is said of it was *removed*; None without one."""
    own = [each for each in removed if str(each.subject) == f"<{thing}>" and isinstance(each.object, Literal)]
    for name in site.publication.label_properties:
        labels = [each.object for each in own if each.predicate.value == name and isinstance(each.object, Literal)]
        if labels:
            return choose(labels, site.index.languages(language))
    return None


def part_name(index: Index, part: str, language: str) -> Text:
    """What *part* of a thing is called on its page: by its class alone where it has but the key of the thing."""
    name, key = index.name(part, language), index.addresses.key(part)
    if "#" in part and key and not index.label(part, language) and not index.key_facts(part, language):
        return replace(name, value=name.value.removesuffix(f": {key.rpartition('/')[2]}"))
    return name


def for_readers(values: Iterable[Term], languages: Sequence[str]) -> list[Term]:
    """*values* as they are, but for texts: these stand in the order of their *languages*, the reader's first.

    >>> hej, moi = Literal("Hej", language="sv"), Literal("Moi", language="fi")
    >>> [each.value for each in for_readers([hej, moi], ["fi", "sv"])]
    ['Moi', 'Hej']
    """
    ranks = {language: place for place, language in enumerate(languages)}
    return sorted(
        values,
        key=lambda each: ranks.get(each.language or "", len(ranks)) if isinstance(each, Literal) else len(ranks),
    )


class _Teller:
    """Tells changes in one language, by the names that things and properties have now."""

    def __init__(self, site: Site, reader: Reader) -> None:
        self.site, self.telling = site, Telling(site.index, reader.language)

    def event(self, event: Event) -> Told:
        changed = (self.thing(thing, fate, changes.both()) for thing, fate, changes in event.changed)
        return Told(event.entry, self.agent(event.entry), tuple(changed))

    def publishing(self, entry: Entry, changes: Mapping[str, Changes] | None) -> Told:
        """What one publishing changed, thing by thing, as far as that is told."""
        found = changes or {}
        fates = fates_of(entry.place, found)
        things = (self.thing(each, fates.get(each, Fate.CHANGED), told.both()) for each, told in found.items())
        return Told(entry, self.agent(entry), tuple(things))

    def agent(self, entry: Entry) -> Value | None:
        """Who published; None where that is not known."""
        return self.telling.link(entry.agent) if entry.agent else None

    def thing(self, thing: str, fate: Fate, quads: Iterable[tuple[Quad, bool]]) -> ThingChange:
        """What became of *thing*; of one that is new or gone, only that."""
        known = list(quads)
        changes = self._changes(NamedNode(thing), known) if fate is Fate.CHANGED and ":" in thing else []
        link = self.telling.link(thing)
        if fate is Fate.REMOVED:
            removed = (quad for quad, is_new in known if not is_new)
            text = former_name(self.site, self.telling.language, thing, removed)
            link = replace(link, text=text) if text else link
        return ThingChange(link, fate, tuple(changes))

    def _changes(self, thing: NamedNode, quads: Sequence[tuple[Quad, bool]]) -> list[Change]:
        """What changed of *thing* and its parts, property by property in the order of its page."""
        found: dict[tuple[str, str], list[tuple[Quad, bool]]] = {}
        for quad, is_new in quads:
            if isinstance(quad.object, BlankNode):
                continue  # It is told by what is said of it.
            found.setdefault((str(quad.subject).strip("<>"), quad.predicate.value), []).append((quad, is_new))
        order = {view.predicate: place for place, view in enumerate(self.telling.properties(thing))}
        keys = sorted(found, key=lambda each: (each[0], order.get(each[1], len(order)), each[1]))
        return [self._change(thing, *key, found[key]) for key in keys]

    def _change(self, thing: NamedNode, subject: str, predicate: str, quads: list[tuple[Quad, bool]]) -> Change:
        graphs = dict.fromkeys(quad.graph_name.value for quad, _ in quads if isinstance(quad.graph_name, NamedNode))
        return Change(
            name=self._name(subject, predicate),
            part=self._part(thing, subject),
            before=self._values(quad for quad, is_new in quads if not is_new),
            after=self._values(quad for quad, is_new in quads if is_new),
            sources=tuple(map(self.telling.link, graphs)),
        )

    def _part(self, thing: NamedNode, subject: str) -> Text | None:
        """The name of a part of *thing*; it is only said that a blank node is one."""
        if subject == thing.value:
            return None
        if subject.startswith("_:"):
            return Text(self.site.messages.translate("unnamed part", self.telling.language))
        return part_name(self.telling.index, subject, self.telling.language)

    def _name(self, subject: str, predicate: str) -> Text:
        if predicate != RDF_TYPE.value and ":" in subject and not subject.startswith("_:"):
            for view in self.telling.properties(NamedNode(subject)):
                if view.predicate == predicate:
                    return self.telling.name(view)
        return self.telling.predicate_name(predicate)

    def _values(self, quads: Iterable[Quad]) -> tuple[Value, ...]:
        objects = dict.fromkeys(quad.object for quad in quads)
        return tuple(map(self._value, for_readers(objects, self.site.index.languages(self.telling.language))))

    def _value(self, value: object) -> Value:
        if isinstance(value, NamedNode):
            return self.telling.link(value.value)
        if isinstance(value, Literal):
            return self.telling.literal(value)
        return Value(Text(str(value)))
