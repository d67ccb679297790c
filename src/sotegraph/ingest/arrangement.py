"""In which order a template offers the columns of a class, and what each band of them is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sotegraph.facts import Texts
from sotegraph.ingest.columns import Column, TableClass
from sotegraph.messages import Messages
from sotegraph.publication import Publication
from sotegraph.views import Group

LEAD, KEY, REQUIRED, RECOMMENDED, OTHER = "Identifier and name", "Identifier", "Required", "Recommended", "Other"
TITLES = (LEAD, KEY, REQUIRED, RECOMMENDED, OTHER)
"""What bands are called that are no group of the shapes: English texts of the catalogue."""


@dataclass(frozen=True)
class Band:
    """Columns that stand side by side: *title* is one of ``TITLES``, or else *group* is that of the shapes."""

    title: str
    group: Group | None
    columns: tuple[Column, ...]

    def called(self, say: Callable[[str], str], text: Callable[[Texts], str]) -> str:
        """The title: by *say* from the catalogue, by *text* from the labels of the group."""
        return text(self.group.labels) if self.group else say(self.title)


def arrange(publication: Publication, table_class: TableClass) -> tuple[Band, ...]:
    """The columns that a template of *table_class* offers, in bands.

    What tells a thing from others comes first, its key and its name, even where a class has neither but its IRI; then
    what is required, what is recommended, and the rest, group by group in the order of ``sh:order``.
    """
    offered = [each for each in table_class.columns if not each.rare]
    lead = tuple(_lead(publication, table_class, offered))
    found: dict[str, list[Column]] = {REQUIRED: [], RECOMMENDED: []}
    for each in offered:
        if each not in lead:
            found.setdefault(_band(each, publication.groups), []).append(each)
    # What any other column can stand in for comes after what none can, side by side with its likes.
    found[REQUIRED].sort(key=lambda each: 0 if each.required else each.either)
    first = Band(LEAD if lead else KEY, None, lead)
    rest = (
        Band("" if name in publication.groups else name, publication.groups.get(name), tuple(columns))
        for name, columns in found.items()
        if columns
    )
    return (first, *rest)


def titles(publication: Publication, messages: Messages) -> Iterator[str]:
    """What any band of any template may be called, in every language."""
    for group in publication.groups.values():
        yield from group.labels.values()
    yield from (messages.translate(each, language) for each in TITLES for language in (*messages.languages, "en"))


def _band(column: Column, groups: Mapping[str, Group]) -> str:
    if column.is_asked:
        return REQUIRED
    if column.recommended:
        return RECOMMENDED
    return column.group if column.group in groups else OTHER


def _lead(publication: Publication, table_class: TableClass, offered: Sequence[Column]) -> Iterator[Column]:
    """The key, and the name in those languages that are asked for, or in the first."""
    own = [each for each in offered if each.nested is None]
    yield from (each for each in own if each.predicate == table_class.key_property)
    for label in publication.label_properties:
        names = [each for each in own if each.predicate.value == label]
        if names:
            asked = [each for each in names if each.is_asked or each.recommended or each.language in each.together]
            yield from sorted(asked, key=lambda each: not each.is_asked) or names[:1]
            return
