"""The page about the feeds, and the latest changes as people are told of them, on that page and by Atom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from sotegraph.entities import Text, Value
from sotegraph.feeds import Log, Source, pages
from sotegraph.feeds.log import Batch
from sotegraph.formats import FEED_FORMATS
from sotegraph.versions import Entry, Fate, all_fates, changes_of_subject
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.history import former_name
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.site import Reader, Site

_MOST_EXAMINED = 200
"""Things of one version whose change is looked up one by one; of more, it is only told how many there are."""
_MOST_EXAMINED_TOGETHER = 600
"""The same for all versions that are told of at once, the latest ones first: it is a quarter of a millisecond each."""
_MOST_NAMED = 3
"""Things that stand by their names in a title."""
_MOST_LISTED = 25
"""Things of one kind of change that are listed."""


@dataclass(frozen=True)
class Group:
    """What became of *count* things: in the words *told*, with those of them that are *named*."""

    told: str
    count: int
    named: tuple[Value, ...]

    @property
    def rest(self) -> int:
        """How many there are besides those that are named."""
        return self.count - len(self.named)


@dataclass(frozen=True)
class News:
    """What one publishing changed, for people."""

    source: Source
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Offer:
    """A feed for programs: what it is called and says, where it is, and how far it has come."""

    path: str
    title: str
    text: str
    log: Log

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return pages(self.log.size)

    @property
    def updated(self) -> datetime | None:
        """When something was added to it for the last time."""
        return self.log.updated if self.log.size else None

    @property
    def forms(self) -> list[tuple[str, str]]:
        """What its forms are called, and their addresses."""
        return [(each.label, f"{self.path}.{each.suffix}") for each in FEED_FORMATS]


def feeds_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    address: str,
    offers: tuple[Offer, ...],
    news: tuple[News, ...],
) -> str:
    """Return the page that explains the feeds; *address* is that of the site."""
    return Writer(site, reader).render(
        "feeds.html", resource, links, address=address, offers=offers, news=news, has_versions=site.past is not None
    )


def tell_news(site: Site, reader: Reader, log: Log, most: int) -> tuple[News, ...]:
    """Return what the latest publishings of *log* changed, *most* of them, the latest first."""
    teller = _Teller(site, reader, log)
    return tuple(teller.news(batch, examined) for batch, examined in _examined(reversed(log.batches[-most:])))


def _examined(batches: Iterable[Batch]) -> Iterator[tuple[Batch, bool]]:
    """*batches*, and of each whether its changes are looked up one by one."""
    left = _MOST_EXAMINED_TOGETHER
    for batch in batches:
        examined = batch.size <= min(_MOST_EXAMINED, left)
        left -= batch.size if examined else 0
        yield batch, examined


def news_html(writer: Writer, news: News, address: str) -> str:
    """Return what *news* says as a piece of HTML, its links beginning with *address*."""
    parts = [] if any(each.named for each in news.groups) else [Markup("<p>{}</p>").format(news.title)]
    for group in news.groups:
        lines = [_listed(each, address) for each in group.named]
        if group.rest and group.named:
            lines.append(Markup("<li>{}</li>").format(writer.say("and {count} more", count=group.rest)))
        if lines:
            parts.append(Markup("<p>{}</p><ul>{}</ul>").format(group.told, Markup().join(lines)))
    # A plain text: what writes XML escapes it once more, and markup would escape what escapes it.
    return str.__str__(Markup().join(parts))


def _listed(value: Value, address: str) -> Markup:
    text = Markup("<span lang='{}'>{}</span>").format(value.text.language, value.text.value)
    named = text if value.text.language else Markup("{}").format(value.text.value)
    if value.href is None:
        return Markup("<li>{}</li>").format(named)
    href = value.href if value.external else address + value.href
    return Markup('<li><a href="{}">{}</a></li>').format(href, named)


class _Teller:
    """Tells what publishings changed, in one language."""

    def __init__(self, site: Site, reader: Reader, log: Log) -> None:
        self.site, self.log, self.writer, self.language = site, log, Writer(site, reader), reader.language
        entries = site.past.entries() if site.past is not None else ()
        self.entries: Mapping[int, Entry] = {each.number: each for each in entries}

    def news(self, batch: Batch, examined: bool) -> News:
        """What *batch* brought; unless its changes are *examined*, how many there are."""
        groups = tuple(self._groups(batch, examined))
        return News(batch.source, self._title(batch.source, groups), groups)

    def _title(self, source: Source, groups: tuple[Group, ...]) -> str:
        if source.number == 1:
            count = self.writer.formatter.number(sum(each.count for each in groups))
            return str(self.writer.say("First version. Things: {count}", count=count))
        return "; ".join(map(self._in_title, groups)) or str(self.writer.say("Changes of layout"))

    def _in_title(self, group: Group) -> str:
        number = self.writer.formatter.number
        named = [each.text.value for each in group.named[:_MOST_NAMED]]
        if not named:
            return f"{group.told}: {number(group.count)}"
        rest = group.count - len(named)
        more = [str(self.writer.say("and {count} more", count=number(rest)))] if rest else []
        return f"{group.told}: {' '.join([', '.join(named), *more])}"

    def _groups(self, batch: Batch, examined: bool) -> Iterator[Group]:
        words = {
            Fate.CREATED: self.writer.say("Added"),
            Fate.CHANGED: self.writer.say("Changed"),
            Fate.REMOVED: self.writer.say("Removed"),
        }
        named, counts = self._found(batch, examined)
        for fate, told in words.items():
            if counts[fate]:
                yield Group(str(told), counts[fate], tuple(named[fate]))

    def _found(self, batch: Batch, examined: bool) -> tuple[dict[Fate, list[Value]], dict[Fate, int]]:
        named: dict[Fate, list[Value]] = {each: [] for each in Fate}
        counts = dict.fromkeys(Fate, 0)
        if not examined:
            return named, self._counted(batch)
        for change in self.log.changes(batch.first, batch.end):
            counts[change.fate] += 1
            if len(named[change.fate]) < _MOST_LISTED:
                named[change.fate].append(self._value(batch.source, change.thing, change.fate))
        return named, counts

    def _counted(self, batch: Batch) -> dict[Fate, int]:
        entry = self.entries.get(batch.source.number)
        counts = dict.fromkeys(Fate, 0)
        if entry is None:
            return {**counts, Fate.CREATED: batch.size}
        for _, fate in all_fates(entry.place):
            counts[fate] += 1
        return counts

    def _value(self, source: Source, thing: str, fate: Fate) -> Value:
        """*thing* by its name: what is gone, by the one that it had."""
        if fate is Fate.REMOVED:
            text = self._former_name(source, thing) or self.site.index.name(thing, self.language)
        else:
            text = self.site.index.name(thing, self.language)
        path = self.site.index.addresses.path(thing)
        return Value(text if text.language != self.language else Text(text.value), path)

    def _former_name(self, source: Source, thing: str) -> Text | None:
        entry = self.entries.get(source.number)
        removed = changes_of_subject(entry.place, thing).removed if entry else ()
        return former_name(self.site, self.language, thing, removed)
