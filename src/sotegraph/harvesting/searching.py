"""Searching packages as CKAN's ``package_search`` does: words, filters in the syntax of Solr, order, pages, facets.

Of the syntax there is what harvesters and people send: ``field:value``, quoted or with ``*``, ranges, ``-`` and
``NOT``, ``AND``, ``OR``, brackets. ``AND`` binds closest; what stands side by side is all wanted.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sotegraph.errors import SearchRefused
from sotegraph.harvesting.packages import Package

Test = Callable[[Package], bool]
Late = Callable[[str], str]
"""Until when somebody may have read what was before the change of a moment, both as packages tell moments."""
_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<not>(?:-|!|NOT\s+)(?=\S))|(?P<plus>\+)|(?P<and>(?:AND|&&)(?=[\s(]))"
    r"|(?P<or>(?:OR|\|\|)(?=[\s(]))|(?P<field>[A-Za-z_][\w]*):(?=\S)|(?P<range>[\[{][^\]}]*[\]}])"
    r'|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<word>[^\s()":\[\]{}](?:[^\s()"]*[^\s()":])?))'
)
_RANGE = re.compile(r"(?P<open>[\[{])\s*(?P<low>\S+)\s+TO\s+(?P<high>\S+?)\s*(?P<close>[\]}])")
_LONGEST, _DEEPEST = 4_000, 50
_WORD = re.compile(r"\w+")
_CHANGED = "metadata_modified"
_DATES = frozenset((_CHANGED, "metadata_created"))
_CONSTANT = {"state": "active", "capacity": "public", "site_id": None, "entity_type": "package"}


@dataclass(frozen=True)
class Search:
    """A search for packages: words of *q* and filters *fq*, in the order *sort*, *rows* of them from *start* on."""

    q: str = ""
    fq: Sequence[str] = ()
    sort: str = ""
    start: int = 0
    rows: int = 10
    facets: Sequence[str] = ()
    late: Late = str
    """By this a package is changed since a moment: who reads just then what was asks next from that moment on."""

    def run(self, packages: Sequence[Package]) -> dict[str, Any]:
        """The answer of ``package_search``; raises SearchRefused for what cannot be understood."""
        for name in self.facets:
            _check_field(name)
        tests = [_parsed(each, self.late) for each in (self.q, *self.fq) if each.strip()]
        found = [each for each in packages if all(test(each) for test in tests)]
        for field, descending in reversed(_order(self.sort)):
            found.sort(key=lambda each, field=field: _sort_key(each, field), reverse=descending)  # type: ignore[misc]
        counts = {name: Counter(value for each in found for value in _values(each, name)) for name in self.facets}
        return {
            "count": len(found),
            "sort": self.sort,
            "facets": {name: dict(count) for name, count in counts.items()},
            "search_facets": {name: {"title": name, "items": _items(count)} for name, count in counts.items()},
            "results": found[self.start : self.start + self.rows],
        }


def _items(count: Counter[str]) -> list[dict[str, Any]]:
    return [{"name": name, "display_name": name, "count": number} for name, number in count.most_common()]


def _order(sort: str) -> list[tuple[str, bool]]:
    """The fields to sort by, and whether downwards; what matches best has no meaning here, where all match alike."""
    order = []
    for part in filter(None, (each.strip() for each in sort.split(","))):
        field, _, way = part.partition(" ")
        if way.strip().lower() not in ("", "asc", "desc") or field not in (*_SORTABLE, "score"):
            raise SearchRefused(
                "The order {sort} is not known. Fields: {known}.", sort=part, known=", ".join(sorted(_SORTABLE))
            )
        if field != "score":
            order.append((field, way.strip().lower() == "desc"))
    return order or [("id", False)]


_SORTABLE = frozenset(("id", "name", "title", "title_string", "metadata_modified", "metadata_created"))


def _sort_key(package: Package, field: str) -> str:
    return str(package.get({"title_string": "title"}.get(field, field)) or "").casefold()


def _values(package: Package, field: str) -> list[str]:
    """The values of a field of the index, as text."""
    if field in _CONSTANT:
        return [_CONSTANT[field] or ""]
    if field == "organization":
        return [str(package["organization"]["name"])] if package["organization"] else []
    if field in ("groups", "tags"):
        return [str(each["name"]) for each in package[field]]
    if field == "res_format":
        return [str(each["format"]) for each in package["resources"] if each["format"]]
    if field == "res_url":
        return [str(each["url"]) for each in package["resources"]]
    if field in ("dataset_type", "type"):
        return [str(package["type"])]
    if field.startswith("extras_"):
        return [str(each["value"]) for each in package["extras"] if each["key"] == field[7:]]
    if field.startswith("vocab_"):
        own = package.get(field[6:]) or {}
        return [str(value) for each in own.values() for value in each] if isinstance(own, dict) else list(map(str, own))
    value = package[{"title_string": "title", "entity_id": "id"}.get(field, field)]
    return ["" if value is None else str(value).lower() if isinstance(value, bool) else str(value)]


_PLAIN = frozenset(("id", "entity_id", "name", "title", "title_string", "notes", "owner_org", "license_id", "author"))
_PLAIN |= {"maintainer", "url", "version", "private", "collection_type", "uri", *_DATES}
_OTHERS = ("organization", "groups", "tags", "res_format", "res_url", "dataset_type", "type", "text", *_CONSTANT)
_KNOWN = sorted({*_PLAIN, *_OTHERS})
_TEXTS = ("title", "notes")


def _check_field(field: str) -> None:
    if field not in _KNOWN and not field.startswith(("extras_", "vocab_")):
        raise SearchRefused(
            "There is no field {field} to search by. Fields: {known}.", field=field, known=", ".join(_KNOWN)
        )


def _words(package: Package) -> set[str]:
    """Every word that a search without a field finds, in every language."""
    texts = [str(package["name"]), *(each["name"] for each in package["tags"])]
    texts += [text for name in _TEXTS for text in package[f"{name}_translated"].values()]
    texts += [word for words in package["keywords"].values() for word in words]
    texts += [package["organization"]["title"]] if package["organization"] else []
    return {word.casefold() for text in texts for word in _WORD.findall(text)}


def _has_words(text: str) -> Test:
    wanted = [each.casefold() for each in re.findall(r"[\w*?]+", text)]

    def test(package: Package) -> bool:
        words = _words(package)
        return all(
            bool(fnmatch.filter(words, each)) if "*" in each or "?" in each else each in words for each in wanted
        )

    return test


def _is(field: str, value: str) -> Test:
    if field == "text":
        return _has_words(value)
    wanted = value.casefold()

    def test(package: Package) -> bool:
        found = [each.casefold() for each in _values(package, field)]
        if "*" in wanted or "?" in wanted:
            return any(fnmatch.fnmatchcase(each, wanted) for each in found)
        if field in ("title", "notes"):
            words = {word for each in found for word in _WORD.findall(each)}
            return set(_WORD.findall(wanted)) <= words
        return wanted in found

    return test


def _within(field: str, text: str, late: Late) -> Test:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise SearchRefused("The range {range} is not written like [2026-01-01T00:00:00Z TO *].", range=text)
    low, high = (_bound(field, match[name].strip('"')) for name in ("low", "high"))

    def test(package: Package) -> bool:
        return any(
            _is_between(each, "", high, with_low=False, with_high=match["close"] == "]")
            and _is_between(told(each), low, "", with_low=match["open"] == "[", with_high=False)
            for each in values(package)
        )

    def values(package: Package) -> Iterable[str]:
        return filter(None, _values(package, field))

    def told(value: str) -> str:
        return late(value) if field == _CHANGED else value

    return test


def _bound(field: str, text: str) -> str:
    """An end of a range, comparable as text with the moments of packages; nothing where it is open.

    Raises SearchRefused for what is no date where *field* has dates.
    """
    moment = text.removesuffix("Z")
    if text != "*" and field in _DATES and not _is_date(moment):
        raise SearchRefused("The range {range} is not written like [2026-01-01T00:00:00Z TO *].", range=text)
    return "" if text == "*" else moment


def _is_date(text: str) -> bool:
    """Whether *text* is a date as CKAN writes them, to the day or more exactly, in UTC.

    >>> _is_date("2026-11-01"), _is_date("2026-11-01T06:00:00.123"), _is_date("2026-13-01"), _is_date("20261101")
    (True, True, False, False)
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d(\.\d{1,6})?)?)?)?", text, re.ASCII):
        return False
    try:
        datetime.fromisoformat(text[:19] + (f".{text[20:]:0<6}" if text[20:] else ""))
    except ValueError:
        return False
    return True


def _is_between(value: str, low: str, high: str, with_low: bool, with_high: bool) -> bool:
    width = max(len(value), len(low), len(high))
    own = _filled(value, width)
    above = not low or own > _filled(low, width) or (with_low and own == _filled(low, width))
    below = not high or own < _filled(high, width) or (with_high and own == _filled(high, width))
    return above and below


def _filled(moment: str, width: int) -> str:
    """*moment* with zeros where it is less exact than another; other text as it is.

    >>> _filled("2026-11-01T06:00:00", 26)
    '2026-11-01T06:00:00.000000'
    """
    zero = "0000-01-01T00:00:00.000000"
    return moment + zero[len(moment) : width] if re.match(r"\d{4}-\d\d-\d\d", moment) else moment


def _parsed(text: str, late: Late) -> Test:
    if len(text) > _LONGEST:
        raise SearchRefused("The search is longer than {limit} characters.", limit=_LONGEST)
    return _Parser(text, late).parse()


class _Parser:
    """Reads one search, from left to right."""

    def __init__(self, text: str, late: Late) -> None:
        self.text, self.late = text, late
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None or match.end() == position or match.lastgroup is None:
                raise SearchRefused("The search {search} cannot be read. Put values in quotes.", search=text)
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        self.place, self.depth = 0, 0

    def parse(self) -> Test:
        test = self._all()
        if self.place != len(self.tokens):
            raise self._wrong()
        return test

    def _peek(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    def _take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1][1]

    def _wrong(self) -> SearchRefused:
        return SearchRefused("The search {search} cannot be read. Put values in quotes.", search=self.text)

    def _all(self) -> Test:
        """What stands side by side."""
        tests = [self._any()]
        while self._peek() not in ("", "close"):
            tests.append(self._any())
        return tests[0] if len(tests) == 1 else lambda package: all(test(package) for test in tests)

    def _any(self) -> Test:
        tests = [self._both()]
        while self._peek() == "or":
            self._take()
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda package: any(test(package) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._peek() == "and":
            self._take()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda package: all(test(package) for test in tests)

    def _one(self) -> Test:
        kind = self._peek()
        if kind == "not":
            self._take()
            inner = self._one()
            return lambda package: not inner(package)
        if kind == "plus":
            self._take()
            return self._one()
        if kind == "field":
            return self._value_of(self._take())
        if kind == "open":
            return self._in_brackets(self._all)
        return self._value_of("text")

    def _in_brackets(self, read: Callable[[], Test]) -> Test:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self._wrong()
        self._take()
        test = read()
        if self._peek() != "close":
            raise self._wrong()
        self._take()
        self.depth -= 1
        return test

    def _value_of(self, field: str) -> Test:
        _check_field(field)
        kind = self._peek()
        if kind == "open":
            return self._in_brackets(lambda: self._choices(field))
        if kind == "range":
            return _within(field, self._take(), self.late)
        if kind == "quoted":
            return _is(field, re.sub(r"\\(.)", r"\1", self._take()[1:-1]))
        if kind != "word":
            raise self._wrong()
        word = re.sub(r"\\(.)", r"\1", self._take())
        return (lambda package: True) if word in ("*", "*:*") else _is(field, word)

    def _choices(self, field: str) -> Test:
        """The values in brackets after the name of a field; without a word between them, any of them is enough."""
        groups = [[self._value_of(field)]]
        while self._peek() not in ("", "close"):
            joiner = self._peek()
            if joiner in ("or", "and"):
                self._take()
            if joiner == "and":
                groups[-1].append(self._value_of(field))
            else:
                groups.append([self._value_of(field)])
        return lambda package: any(all(test(package) for test in group) for group in groups)
