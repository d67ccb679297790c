"""The things of lists as tables: a container with a folder for each language, and in it a table for each list."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

_IN_MEMORY_BYTES = 16 << 20
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The first moment that a container can tell; equal tables are equal bytes."""
_READABLE = 0o644 << 16
_UNIX = 3


@dataclass(frozen=True)
class Table:
    """The table of one list: its *segment*, the *header*, and of each thing its IRI and its row in each language."""

    segment: str
    header: Sequence[str]
    rows: Iterable[tuple[str, Mapping[str, Sequence[str]]]]


def write_tables(
    places: Mapping[str, Path], tables: Iterable[Table], languages: Sequence[str], parts: Mapping[str, Sequence[str]]
) -> None:
    """Write *tables* to the files at *places*, by their datasets: of each thing the rows of the datasets it is in.

    *parts* are the datasets of each thing by its IRI; what is in none is left out, and so is a table without a row.
    """
    with ExitStack() as stack:
        containers = {
            name: stack.enter_context(zipfile.ZipFile(place, "x", zipfile.ZIP_DEFLATED))
            for name, place in places.items()
        }
        for table in tables:
            with ExitStack() as buffers:
                written = _Written(buffers, table.header, containers.keys(), languages)
                for iri, rows in table.rows:
                    for name in parts.get(iri, ()):
                        written.add(name, rows)
                for name, language, content in written.contents():
                    _add(containers[name], f"{language}/{table.segment}.csv", content)


class _Written:
    """The rows of one table, for each dataset in each language."""

    def __init__(
        self, buffers: ExitStack, header: Sequence[str], names: Iterable[str], languages: Sequence[str]
    ) -> None:
        self._buffers, self._header = buffers, header
        self._known, self._languages = set(names), languages
        self._files: dict[tuple[str, str], tuple[BinaryIO, io.TextIOWrapper]] = {}

    def add(self, name: str, rows: Mapping[str, Sequence[str]]) -> None:
        """Add the row of a thing to the table of the dataset *name* in each language."""
        if name in self._known:
            for language in self._languages:
                csv.writer(self._file(name, language)).writerow(rows[language])

    def _file(self, name: str, language: str) -> io.TextIOWrapper:
        if (name, language) not in self._files:
            spooled = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115 - see the stack
            file = self._buffers.enter_context(io.TextIOWrapper(spooled, "utf-8", newline=""))
            csv.writer(file).writerow(self._header)
            self._files[name, language] = spooled, file
        return self._files[name, language][1]

    def contents(self) -> Iterator[tuple[str, str, BinaryIO]]:
        """What was written: the dataset, the language, and the bytes."""
        for (name, language), (spooled, file) in sorted(self._files.items(), key=lambda pair: pair[0]):
            file.flush()
            spooled.seek(0)
            yield name, language, spooled


def _add(container: zipfile.ZipFile, name: str, content: BinaryIO) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _READABLE, _UNIX
    with container.open(entry, "w", force_zip64=True) as target:
        shutil.copyfileobj(content, target)
