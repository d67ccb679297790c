"""What came of checking a submission, as plain values: told in every language, and the same after a trip as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sotegraph.ingest.refused import EMPTY, IMPORTING, REFUSALS

Texts = Mapping[str, str]
"""A text per language tag."""
VIOLATION, WARNING, INFO = "violation", "warning", "info"
SEVERITIES = (VIOLATION, WARNING, INFO)
"""The names of the severities, the gravest first; a severity of somebody's own counts as information."""
_NOTHING_JUDGED = "nothing-judged"


@dataclass(frozen=True)
class Where:
    """Where to mend: a line of a file, or a cell or a row of a table; what does not apply is None."""

    file: str
    line: int | None = None
    column: int | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    header: str | None = None

    @property
    def is_in_table(self) -> bool:
        """Whether the place is a part of a table."""
        return self.row is not None or self.cell is not None or self.sheet is not None

    def __str__(self) -> str:
        """The place as compilers write it.

        >>> str(Where("a.ttl", 3, 7)), str(Where("a.xlsx", sheet="Books", row=7, cell="C7"))
        ('a.ttl:3:7', 'a.xlsx:Books:C7')
        """
        spots = (self.sheet, self.cell or self.row) if self.is_in_table else (self.line, self.column)
        return ":".join([self.file, *(str(each) for each in spots if each is not None)])


@dataclass(frozen=True)
class Told:
    """One finding, said plainly.

    *message* says what is wrong and what to do, *expected* what would be right, *mend* where to do it; *trail* leads
    from the named thing to the field, each step with its name; *parts* are what a logical constraint consists of.
    *focus* and *value* are terms as N-Triples writes them, *path* is SPARQL path text, *page* the address of the shape
    on this site, *template* that of an empty table for what should have been sent. *is_new* is None where nothing
    published could be compared.
    """

    severity: str
    rule: str
    shape: str
    message: Texts
    where: Where
    component: str | None = None
    focus: str | None = None
    path: str | None = None
    value: str | None = None
    expected: Texts = field(default_factory=dict)
    mend: Texts = field(default_factory=dict)
    field_name: Texts = field(default_factory=dict)
    shown: Texts = field(default_factory=dict)
    trail: tuple[Texts, ...] = ()
    parts: tuple[Texts, ...] = ()
    page: str | None = None
    template: str | None = None
    is_new: bool | None = None
    details: tuple[Told, ...] = ()


@dataclass(frozen=True)
class CheckedFile:
    """A file as it was sent: its name, SHA-256 and size, and how many triples were read from it."""

    name: str
    sha256: str
    bytes: int
    triples: int | None = None


@dataclass(frozen=True)
class Checked:
    """What was checked against what, so that it can be done again.

    *version* is the id of the published data, *shapes* the SHA-256 of their shapes graph; *context* says whether the
    published data stood beside the files.
    """

    files: tuple[CheckedFile, ...]
    version: str
    shapes: str
    profile: str | None
    profile_names: Texts
    context: bool
    own_shapes: tuple[CheckedFile, ...]
    engine: str
    software: str
    moment: str
    seconds: float


@dataclass(frozen=True)
class Group:
    """Findings of one rule about one field, which read alike but for what they quote."""

    findings: tuple[Told, ...]

    @property
    def first(self) -> Told:
        """The finding that speaks for all."""
        return self.findings[0]

    @property
    def message(self) -> Texts:
        """What they all say, with an ellipsis for what only some of them quote."""
        if all(each.message == self.first.message for each in self.findings):
            return self.first.message
        return _unquoted(self.first)

    @property
    def rows(self) -> int | None:
        """In how many rows of tables they stand; None when some stand elsewhere."""
        places = [each.where for each in self.findings]
        if any(each.row is None for each in places):
            return None
        return len({(each.file, each.sheet, each.row) for each in places})


@dataclass(frozen=True)
class Submission:
    """What is wrong with the files, by place; *complete* unless a file, or what it imports, could not be read at all.

    *cut* tells that there is more than is listed.
    """

    findings: tuple[Told, ...]
    checked: Checked
    complete: bool
    cut: bool = False

    @property
    def refused(self) -> Told | None:
        """Why nothing is judged, if a file is refused: for what it costs or reaches for, or for not being whole."""
        return next((each for each in self.findings if each.shape in REFUSALS), None)

    @property
    def lacks_content(self) -> bool:
        """Whether nothing was judged only because a file says nothing, though it could be read."""
        return not self.complete and all(each.shape in EMPTY for each in self.findings if each.severity == VIOLATION)

    @property
    def lacks_imports(self) -> bool:
        """Whether nothing was judged only because files import what did not come along."""
        return self.refused is not None and self.refused.shape == IMPORTING

    @property
    def conforms(self) -> bool:
        """Whether nothing is a violation: what decides acceptance here."""
        return all(each.severity != VIOLATION for each in self.findings)

    @property
    def is_judged(self) -> bool:
        """Whether the requirements say anything about what the files describe."""
        return all(each.rule != _NOTHING_JUDGED for each in self.findings)

    @property
    def conforms_strictly(self) -> bool:
        """Whether there is no finding at all: what SHACL 1.0 calls conforming."""
        return not self.findings

    @property
    def triples(self) -> int:
        """How many triples the files hold together."""
        return sum(each.triples or 0 for each in self.checked.files)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many findings there are of each severity."""
        return {name: sum(each.severity == name for each in self.findings) for name in SEVERITIES}

    @property
    def new(self) -> int | None:
        """How many findings the published data do not have already; None when that was not compared."""
        known = [each.is_new for each in self.findings if each.is_new is not None]
        return sum(known) if known or not self.findings else None

    @property
    def groups(self) -> tuple[Group, ...]:
        """The findings that say the same of one field together: the gravest first, then the most frequent.

        What a shape says may quote the value, or name the thing: that sets nobody apart.
        """
        found: dict[tuple[Any, ...], list[Told]] = {}
        for each in self.findings:
            message = _unquoted(each) if each.component else each.message
            key = (each.severity, each.rule, each.path, tuple(message.items()))
            found.setdefault(key, []).append(each)
        ordered = sorted(found.values(), key=lambda group: (SEVERITIES.index(group[0].severity), -len(group)))
        return tuple(Group(tuple(each)) for each in ordered)

    def to_json(self) -> bytes:
        """The same as JSON, for :meth:`from_json`."""
        return json.dumps(self, ensure_ascii=False, default=vars, check_circular=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Submission:
        """Read what :meth:`to_json` wrote."""
        data = json.loads(text)
        checked = data["checked"]
        checked["files"] = _files(checked["files"])
        checked["own_shapes"] = _files(checked["own_shapes"])
        return cls(_all_told(data["findings"]), Checked(**checked), data["complete"], cut=data["cut"])


def _unquoted(told: Told) -> Texts:
    """The message without its value, as written or as shown, and without the names of what it is about."""
    literal = re.match(r'"(.*)"', told.value or "", re.DOTALL)
    written = literal[1] if literal else (told.value or "").strip("<>")
    found = {}
    for language, text in told.message.items():
        quoted = {written, *(best(each, [language]) for each in (told.shown, *told.trail))} - {""}
        pattern = "|".join(re.escape(each) for each in sorted(quoted, key=len, reverse=True))
        found[language] = re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", "…", text) if pattern else text
    return found


def _files(data: Iterable[Mapping[str, Any]]) -> tuple[CheckedFile, ...]:
    return tuple(CheckedFile(**each) for each in data)


def _all_told(data: Iterable[dict[str, Any]]) -> tuple[Told, ...]:
    return tuple(map(_told, data))


def _told(data: dict[str, Any]) -> Told:
    nested = {"where": Where(**data["where"]), "details": _all_told(data["details"])}
    return Told(**{**data, **nested, "trail": tuple(data["trail"]), "parts": tuple(data["parts"])})


def best(texts: Texts, languages: Sequence[str]) -> str:
    """The text in the first of *languages* that there is, then in English, then without language, then any.

    >>> best({"en": "house", "sv": "hus"}, ["fi", "sv"])
    'hus'
    """
    for wanted in (*languages, "en", ""):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")
