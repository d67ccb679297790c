"""Dates that are less or more than a day (EDTF, ISO 8601-2): seasons, about when, not known, from one to another."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
_ONE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?P<sure>[~?%]?)")
_UNKNOWN = re.compile(r"(?P<known>\d{0,3})X{1,4}|(?P<year>\d{4})(?:-XX){1,2}")
_OPEN = ("", "..")


@dataclass(frozen=True)
class Words:
    """What a language needs to say a date: a day, a month, and the few words that *translate* gives."""

    day: Callable[[date], str]
    month: Callable[[date], str]
    translate: Callable[[str], str]

    def say(self, value: str) -> str | None:
        """A date or an interval of level 1 in words; None for what is beyond that, or none.

        >>> words = Words(str, lambda day: f"{day:%m/%Y}", lambda text: text)
        >>> words.say("2022-21"), words.say("2024-05~"), words.say("2024/2025-03-01"), words.say("2024/..")
        ('spring 2022', 'about 05/2024', '2024–2025-03-01', 'from 2024')
        >>> words.say("XXXX"), words.say("199X"), words.say("2022-XX"), words.say("2022-13"), words.say("soon")
        ('the year is not known', 'in the 1990s', '2022', None, None)
        """
        start, slash, end = value.partition("/")
        if not slash:
            return self._one(value)
        first, last = (None if each in _OPEN else self._one(each) for each in (start, end))
        if any(said is None and each not in _OPEN for said, each in ((first, start), (last, end))):
            return None
        if first and last:
            return f"{first}–{last}"
        if first:
            return self.translate("from {start}").format(start=first)
        return self.translate("until {end}").format(end=last) if last else None

    def _one(self, value: str) -> str | None:
        found = _ONE.fullmatch(value)
        if found is None:
            return self._unknown(value)
        try:
            said = self._certain(found["year"], int(found["month"] or 0), int(found["day"] or 0))
        except ValueError:
            return None
        if said and found["sure"] in ("~", "%"):
            said = self.translate("about {date}").format(date=said)
        if said and found["sure"] in ("?", "%"):
            said = self.translate("{date} (uncertain)").format(date=said)
        return said

    def _certain(self, year: str, month: int, day: int) -> str | None:
        if day:
            return self.day(date(int(year), month, day))
        seasons = {
            21: self.translate("spring {year}"),
            22: self.translate("summer {year}"),
            23: self.translate("autumn {year}"),
            24: self.translate("winter {year}"),
        }
        if month in seasons:
            return seasons[month].format(year=year)
        return self.month(date(int(year), month, 1)) if month else year

    def _unknown(self, value: str) -> str | None:
        found = _UNKNOWN.fullmatch(value)
        if found is None or len(value) not in (4, 7, 10):
            return None
        if found["year"]:
            return found["year"]
        if len(found["known"]) == 3:
            return self.translate("in the {decade}s").format(decade=f"{found['known']}0")
        return self.translate("the year is not known") if not found["known"] else None
