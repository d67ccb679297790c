"""What is written down of the files that were made of one version, beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sotegraph.errors import StateError

RECORD, SUMS = "dumps.json", "SHA256SUMS"


@dataclass(frozen=True)
class File:
    """A file that was made: its *name*, *size* in bytes and *sha256*, and the hash of the *origin* it was made from."""

    name: str
    size: int
    sha256: str
    origin: str


def write_record(place: Path, files: Iterable[File]) -> None:
    """Write what was made in the folder *place*, for us and, as ``sha256sum --check`` reads it, for others."""
    ordered = sorted(files, key=lambda each: each.name)
    (place / SUMS).write_text("".join(f"{each.sha256}  {each.name}\n" for each in ordered), "ascii")
    (place / RECORD).write_text(json.dumps([asdict(each) for each in ordered], indent=1) + "\n", "utf-8")


def read_record(place: Path) -> Mapping[str, File]:
    """Return the files that were made in the folder *place* by their names; none where nothing was.

    Raises StateError for a record that is none.
    """
    path = place / RECORD
    try:
        found = [File(**each) for each in json.loads(path.read_text("utf-8"))]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        raise StateError("{file} cannot be read: {problem}.", file=str(path), problem=error) from None
    return {each.name: each for each in found}
