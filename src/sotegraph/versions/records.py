"""What is written down of a version, and of each time that one became the current one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from sotegraph.errors import StateError

_NOT_WRITTEN = ("place", "again")


class Action(StrEnum):
    """How a version became the current one."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"
    REBUILD = "rebuild"
    """The statements stayed, and what is laid out or computed from them became another."""


@dataclass(frozen=True)
class Manifest:
    """What a version consists of; *id* is the SHA-256 of its canonical N-Quads, which are the file ``data.nq``.

    *statements* counts these. *checksums* has the SHA-256 of every other file of statements, and *parts* one of what
    the version is laid out by: ontology, shapes and templates.
    """

    id: str
    created: datetime
    base_iri: str
    statements: int
    triples: int
    graphs: Mapping[str, int]
    computed: tuple[str, ...]
    checksums: Mapping[str, str]
    parts: str

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what :func:`written` wrote; raises StateError for anything else."""
        found = read_json(path)
        try:
            moment = datetime.fromisoformat(found.pop("created"))
            return cls(**{**found, "created": moment, "computed": tuple(found["computed"])})
        except (TypeError, KeyError, ValueError) as error:
            raise _unreadable(path, error) from None


@dataclass(frozen=True)
class Entry:
    """One line of the history: at *time* the version of that id became the current one, in the place of *parent*.

    The catalogue calls *time* the moment of the change as well, so it is that at which the version was made; it was
    *switched* to later, when it had been examined and delivered. *folder* names it below ``versions/``. *added* and
    *removed* count the statements by which it differs from the parent. *agent* is the IRI of who published, if that is
    known, and *source* the hash of the files published.
    """

    number: int
    version: str
    folder: str
    time: datetime
    action: Action
    parent: str | None
    added: int
    removed: int
    statements: int
    software: str
    agent: str | None = None
    source: str | None = None
    switched: datetime | None = None
    place: Path = field(default=Path(), compare=False)
    again: bool = field(default=False, compare=False)
    """Whether the version had been the current one before; so is set by those who know the whole history."""

    @property
    def since(self) -> datetime:
        """When servers could first find it: until then everybody was told what was before."""
        return self.switched or self.time

    @property
    def short_id(self) -> str:
        """The first 16 digits of the version's id."""
        return self.version[:16]

    @property
    def state(self) -> str:
        """What addresses call the version of that time: by its id, and with the number where it came *again*."""
        return f"{self.short_id}.{self.number}" if self.again else self.short_id

    @classmethod
    def read(cls, place: Path) -> Self:
        """Read the entry in the folder *place*; raises StateError when it is none."""
        path = place / "entry.json"
        found = read_json(path)
        try:
            moment, action = datetime.fromisoformat(found.pop("time")), Action(found.pop("action"))
            switched = datetime.fromisoformat(text) if (text := found.pop("switched", None)) else None
            return cls(**found, time=moment, action=action, switched=switched, place=place)
        except (TypeError, KeyError, ValueError) as error:
            raise _unreadable(path, error) from None


def written(record: Manifest | Entry) -> str:
    """Return *record* as JSON."""
    values = {name: value for name, value in asdict(record).items() if name not in _NOT_WRITTEN}
    return json.dumps(values, default=_plain, indent=1, ensure_ascii=False) + "\n"


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in the file *path*; raises StateError when there is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if not isinstance(found, dict):
        raise _unreadable(path, ValueError("it is no JSON object"))
    return found


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is written nowhere")


def _unreadable(path: Path, error: Exception) -> StateError:
    return StateError("{file} cannot be read: {problem}.", file=str(path), problem=error)
