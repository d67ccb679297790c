"""Values as people write them: dates, numbers, languages and addresses, in the language of a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, DecimalException
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit
from markupsafe import Markup, escape
from pyoxigraph import Literal

from sotegraph.terms import PREFIXES, offset_of, utc
from sotegraph.web.pages.edtf import EDTF, Words

_XSD = PREFIXES["xsd"]
_INTEGERS = frozenset(
    _XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    )
)
_DECIMALS = frozenset({_XSD + "decimal", _XSD + "double", _XSD + "float"})
_DATE = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMMM y"}
_TIME = {"fi": "d.M.y 'klo' H.mm", "sv": "d.M.y 'kl.' H.mm", "en": "d MMMM y, HH:mm"}
_HOUR = {"fi": "H.mm", "sv": "H.mm", "en": "HH:mm"}
_CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/([\d.]+)")
_SPDX = re.compile(r"https?://spdx\.org/licenses/([\w.-]+?)(?:\.html)?")
WKT = PREFIXES["geo"] + "wktLiteral"
_POINT = re.compile(
    r"\s*(?:<https?://www\.opengis\.net/def/crs/OGC/1\.3/CRS84>\s*)?POINT\s*\(\s*([-+.\d]+)\s+([-+.\d]+)\s*\)\s*",
    re.IGNORECASE,
)
"""A point in CRS84, longitude first (GeoSPARQL 1.1, section 8.5.1)."""
_UNITS = ("digital-byte", "digital-kilobyte", "digital-megabyte", "digital-gigabyte", "digital-terabyte")
_SHOWN_ADDRESS = 60
_LONGEST_NUMBER = 40
_KEPT = 20_000
"""So many values that were written lately are kept as they were written."""


@dataclass(frozen=True)
class Formatter:
    """Formats for readers of one language; *translate* gives the few words that are needed.

    A moment of UTC is told by the clocks of *zone*; another one by those that it was written down by.
    """

    language: str
    translate: Callable[[str], str]
    zone: tzinfo = UTC
    _written: dict[tuple[str, str], Markup] = field(default_factory=dict, init=False, repr=False, compare=False)
    _numbers: dict[int | float | Decimal, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _days: dict[date, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def locale(self) -> Locale:
        try:
            return Locale.parse(self.language, sep="-")
        except (UnknownLocaleError, ValueError):
            return Locale("en")

    def literal(self, value: str, datatype: str) -> Markup:
        """A literal as people write it; as it stands when its form is not what its datatype says."""
        place = (value, datatype)
        written = self._written.get(place)
        if written is None:
            if len(self._written) >= _KEPT:
                self._written.clear()
            written = self._written[place] = self._try(value, datatype)
        return written

    def _try(self, value: str, datatype: str) -> Markup:
        try:
            return self._literal(value, datatype)
        except (ValueError, DecimalException, OverflowError):
            return escape(value)

    def _literal(self, value: str, datatype: str) -> Markup:
        if datatype in _INTEGERS:
            return self._data(value, self.number(int(value)))
        if datatype in _DECIMALS:
            return self._data(value, self._decimal(_decimal(value)))
        if datatype == _XSD + "boolean":
            return escape(self.translate("Yes") if value in ("true", "1") else self.translate("No"))
        written = self._moment(value, datatype)
        if written is not None:
            return Markup('<time datetime="{}">{}</time>').format(value, written)
        if datatype == EDTF and (said := Words(self.date, self._month, self.translate).say(value)):
            return self._data(value, said)  # HTML has no form of a time for most of these.
        if datatype in (_XSD + "string", _XSD + "anyURI"):
            return escape(value)
        point = _POINT.fullmatch(value) if datatype == WKT else None
        return self._data(value, self._place(point)) if point else Markup("<code>{}</code>").format(value)

    def bytes(self, size: int) -> str:
        """A size in bytes, in the largest unit of thousands that it fills."""
        power = min(max(0, len(str(size)) - 1) // 3, len(_UNITS) - 1)
        digits = "#,##0.0" if power and size < 10 * 1_000**power else "#,##0"
        return format_unit(size / 1_000**power, _UNITS[power], "short", digits, self.locale).replace(
            " ", "\N{NO-BREAK SPACE}"
        )

    def _place(self, point: re.Match[str]) -> str:
        """A place on the globe, latitude first; raises ValueError for coordinates beyond it."""
        east, north = _coordinates(point)
        return f"{self.latitude(north)}, {self.longitude(east)}"

    def latitude(self, north: float | Decimal) -> str:
        """Degrees north of the equator, or south of it where they are negative."""
        text = self.translate("{degrees}° N") if north >= 0 else self.translate("{degrees}° S")
        return text.format(degrees=self._decimal(north if north >= 0 else -north))

    def longitude(self, east: float | Decimal) -> str:
        """Degrees east of Greenwich, or west of it where they are negative."""
        text = self.translate("{degrees}° E") if east >= 0 else self.translate("{degrees}° W")
        return text.format(degrees=self._decimal(east if east >= 0 else -east))

    def _decimal(self, value: float | Decimal) -> str:
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def _data(self, value: str, written: str) -> Markup:
        return Markup('<data value="{}">{}</data>').format(value, written)

    def _moment(self, value: str, datatype: str) -> str | None:
        if datatype == _XSD + "date":
            return self.date(date.fromisoformat(value[:10]))
        if datatype == _XSD + "dateTime":
            return self._clock(self._here(datetime.fromisoformat(value)))
        if datatype == _XSD + "gYear":
            return str(int(value[:4]))
        if datatype == _XSD + "gYearMonth":
            return self._month(date.fromisoformat(value[:7] + "-01"))
        return None

    def moment(self, moment: datetime) -> Markup:
        """A moment that this program knows of, with the offset from UTC of the clocks that show it."""
        moment = moment.replace(microsecond=0)
        here = moment.astimezone(self.zone)
        return Markup('<time datetime="{}">{} ({})</time>').format(utc(moment), self._clock(here), offset_of(here))

    def _here(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone) if moment.utcoffset() == timedelta() else moment

    def _clock(self, moment: datetime) -> str:
        return format_datetime(moment, _TIME.get(self.language, "medium"), tzinfo=moment.tzinfo, locale=self.locale)

    def _month(self, moment: date) -> str:
        return format_skeleton("yMMMM", moment, locale=self.locale)

    def date(self, moment: date) -> str:
        """A day."""
        day = moment.date() if isinstance(moment, datetime) else moment
        written = self._days.get(day)
        if written is None:
            if len(self._days) >= _KEPT:
                self._days.clear()
            written = self._days[day] = format_date(day, _DATE.get(self.language, "long"), locale=self.locale)
        return written

    def number(self, value: int | float | Decimal) -> str:
        """A number with the group and decimal signs of the language."""
        written = self._numbers.get(value)
        if written is None:
            if len(self._numbers) >= _KEPT:
                self._numbers.clear()
            written = self._numbers[value] = format_decimal(value, locale=self.locale)
        return written

    def period(self, start: Literal | None, end: Literal | None) -> Markup:
        """An interval, either end of which may be open; a day on which both moments are is said once."""
        first, last = (self.literal(each.value, each.datatype.value) if each else None for each in (start, end))
        if first and last:
            hour = self._later_that_day(start, end) if start and end else None
            return Markup("{}–{}").format(first, hour or last)
        if first:
            return Markup(escape(self.translate("from {start}"))).format(start=first)
        if last:
            return Markup(escape(self.translate("until {end}"))).format(end=last)
        return escape(self.translate("in force, the beginning is not known"))

    def _later_that_day(self, start: Literal, end: Literal) -> Markup | None:
        """The hour of *end*, where both are moments of one day in one offset from UTC."""
        if not start.datatype.value == end.datatype.value == _XSD + "dateTime":
            return None
        try:
            first, last = (self._here(datetime.fromisoformat(each.value)) for each in (start, end))
        except ValueError:
            return None
        if first.date() != last.date() or first.utcoffset() != last.utcoffset():
            return None
        hour = format_time(last.timetz(), _HOUR.get(self.language, "short"), tzinfo=last.tzinfo, locale=self.locale)
        return Markup('<time datetime="{}">{}</time>').format(end.value, hour)

    def amount(self, value: Literal, currency: str | None) -> Markup:
        """A number, with its unit of money if it is one; whole sums without decimals."""
        if currency is None:
            return self.literal(value.value, value.datatype.value)
        try:
            number = _decimal(value.value)
        except (ValueError, DecimalException):
            return Markup("{} {}").format(value.value, currency)
        pattern = str(self.locale.currency_formats["standard"].pattern)
        if number == number.to_integral_value():
            pattern = pattern.replace(".00", "")
        written = format_currency(number, currency, pattern, locale=self.locale, currency_digits=".00" in pattern)
        return Markup('<span class="nowrap">{}</span>').format(self._data(value.value, written))

    def language_name(self, tag: str) -> str:
        """What a language is called in the language of the page; the tag where Babel has no name."""
        try:
            return Locale.parse(tag, sep="-").get_display_name(self.locale) or tag
        except (UnknownLocaleError, ValueError):
            return tag


def place_of(text: str) -> tuple[float, float] | None:
    """The degrees east and north of a point on the globe written in WKT; None for anything else.

    >>> place_of("POINT(23.8 61.5)"), place_of("POINT(200 0)"), place_of("LINESTRING(0 0, 1 1)")
    ((23.8, 61.5), None, None)
    """
    point = _POINT.fullmatch(text)
    try:
        east, north = _coordinates(point) if point else (None, None)
    except (ValueError, DecimalException):
        return None
    return (float(east), float(north)) if east is not None and north is not None else None


def _coordinates(point: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Longitude and latitude; raises ValueError for those of no place on the globe."""
    east, north = _decimal(point[1]), _decimal(point[2])
    if abs(east) > 180 or abs(north) > 90:
        raise ValueError(point[0])
    return east, north


def _decimal(text: str) -> Decimal:
    """The number; raises ValueError for one that would not be readable when it is written out."""
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > _LONGEST_NUMBER:
        raise ValueError(text)
    return value


@lru_cache(maxsize=64)
def own_name(tag: str) -> str:
    """What a language calls itself.

    >>> own_name("sv")
    'Svenska'
    """
    try:
        name = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        name = None
    return (name or tag).capitalize()


def host(address: str) -> str:
    """The host of an address, without the ``www.`` that nobody says.

    >>> host("https://www.finlex.example/fi/laki")
    'finlex.example'
    """
    return (urlsplit(address).hostname or "").removeprefix("www.")


def shown_address(address: str) -> str:
    """An address short enough to stand in a text, without its scheme.

    >>> shown_address("https://www.example.org/a/")
    'example.org/a'
    """
    bare = address.partition("://")[2].removeprefix("www.").rstrip("/") or address
    return bare if len(bare) <= _SHOWN_ADDRESS else f"{bare[: _SHOWN_ADDRESS - 1]}…"


def breakable(address: str) -> Markup:
    """An address that may be broken where its parts meet, and copies whole.

    >>> breakable("a/b#c")
    Markup('a/<wbr>b#<wbr>c')
    """
    parts = re.split(r"(?<=[/#?&])", address)
    return Markup("<wbr>").join(parts)


def licence_name(iri: str) -> str:
    """What people call a licence.

    >>> licence_name("https://creativecommons.org/licenses/by/4.0/")
    'CC BY 4.0'
    >>> licence_name("http://creativecommons.org/publicdomain/zero/1.0/")
    'CC0 1.0'
    >>> licence_name("https://spdx.org/licenses/MIT.html")
    'MIT'
    """
    found = _CREATIVE_COMMONS.match(iri)
    if not found:
        registered = _SPDX.fullmatch(iri)
        return registered[1] if registered else shown_address(iri)
    kind = "CC0" if found[2] == "zero" else f"CC {found[2].upper()}"
    return f"{kind} {found[3]}"
