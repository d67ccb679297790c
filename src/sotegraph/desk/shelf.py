"""Where checks are kept: a folder for each, under a name that nobody can guess, until it expires or is removed.

The folder is the same for all web processes, so that an address works whichever of them answers. What was sent is
removed when the check is done; what came of it stays. Nothing is half-written: a file appears under its name only when
it is whole.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sotegraph import errors
from sotegraph.errors import DeskFull, PublisherError
from sotegraph.ingest import Submission, SubmittedFile

_NAME = re.compile(r"[\w-]{43}")
_RANDOM_BYTES = 32
_DISCARDED = ".gone-"


@dataclass(frozen=True)
class Job:
    """What is to be checked, and how: a profile by name, beside the published data or not, tables in a language.

    *ignore_imports* leaves out what the files import; else they are refused when it did not come along.
    *report_query* is a CONSTRUCT query over the report as a graph, whose result is kept beside it.
    """

    profile: str
    with_context: bool
    language: str
    files: tuple[str, ...]
    media_types: tuple[str | None, ...]
    own_shapes: tuple[str, ...] = ()
    ignore_imports: bool = False
    report_query: str | None = None
    created: float = field(default_factory=time.time)


@dataclass(frozen=True)
class State:
    """How far a check is: waiting, reading, checking, then done or failed; *statements* are what has been read."""

    phase: str
    statements: int = 0

    @property
    def is_over(self) -> bool:
        """Whether there is something to show."""
        return self.phase in ("done", "failed")


class Shelf:
    """Checks in *folder*, kept for *keep_s* seconds, and no more than *keep_bytes* of them together."""

    def __init__(self, folder: Path, keep_s: float, keep_bytes: int) -> None:
        self.folder, self.keep_s, self.keep_bytes = folder, keep_s, keep_bytes

    def put(self, job: Job, files: Sequence[SubmittedFile], shapes: Sequence[SubmittedFile]) -> str:
        """Keep what was sent; return the name of the check. What has expired, or is too much, is removed."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._tidy(sum(len(each.content) for each in (*files, *shapes)))
        name = secrets.token_urlsafe(_RANDOM_BYTES)
        path = self.folder / name
        path.mkdir(mode=0o700)
        for kind, sent in (("file", files), ("shapes", shapes)):
            for number, each in enumerate(sent):
                (path / f"{kind}{number}").write_bytes(each.content)
        _write(path / "job.json", json.dumps(asdict(job)).encode())
        return name

    def path(self, name: str) -> Path | None:
        """The folder of the check called *name*; None when there is none, or it has expired."""
        if not _NAME.fullmatch(name):
            return None
        path = self.folder / name
        try:
            age = time.time() - (path / "job.json").stat().st_mtime
        except OSError:
            return None
        return path if age <= self.keep_s else None

    def expires(self, name: str) -> float:
        """When the check called *name* expires, in seconds since the epoch."""
        return (self.folder / name / "job.json").stat().st_mtime + self.keep_s

    def remove(self, name: str) -> bool:
        """Remove the check called *name*; return whether there was one."""
        path = self.path(name)
        if path is not None:
            _discard(path)
        return path is not None

    def _tidy(self, more: int) -> None:
        """Remove what has expired, then the oldest results until *more* bytes fit; raises DeskFull when they do not.

        What is being checked, or waits, stays.
        """
        kept: list[tuple[float, int, Path]] = []
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            with contextlib.suppress(OSError):
                kept.append((path.stat().st_mtime, sum(each.stat().st_size for each in path.iterdir()), path))
        total, under_way = sum(size for _, size, _ in kept) + more, 0
        for moment, size, path in sorted(kept):
            is_over = read_state(path).is_over or path.name.startswith(_DISCARDED)
            if time.time() - moment > self.keep_s or (is_over and total > self.keep_bytes):
                _discard(path)
                total -= size
            elif not is_over:
                under_way += size
        if under_way and under_way + more > self.keep_bytes:
            raise DeskFull("The checks that wait take {limit} bytes already. Try again in a moment.", limit=under_way)


def _discard(path: Path) -> None:
    """Remove the folder *path* at a stroke: whoever still writes there finds it gone, and leaves nothing behind."""
    gone = path.with_name(f"{_DISCARDED}{path.name.removeprefix(_DISCARDED)}")
    with contextlib.suppress(OSError):
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def read_job(path: Path) -> Job:
    """The job in the folder *path*."""
    data = json.loads((path / "job.json").read_bytes())
    lists = ("files", "media_types", "own_shapes")
    return Job(**{**data, **{name: tuple(data[name]) for name in lists}})


def read_files(path: Path, job: Job) -> tuple[list[SubmittedFile], list[SubmittedFile]]:
    """What was sent: the files, and shapes of somebody's own."""
    files = [
        SubmittedFile(name, (path / f"file{number}").read_bytes(), media_type)
        for number, (name, media_type) in enumerate(zip(job.files, job.media_types, strict=True))
    ]
    shapes = [
        SubmittedFile(name, (path / f"shapes{number}").read_bytes()) for number, name in enumerate(job.own_shapes)
    ]
    return files, shapes


def forget_files(path: Path) -> None:
    """Remove what was sent."""
    for each in (*path.glob("file*"), *path.glob("shapes*")):
        each.unlink(missing_ok=True)


def write_state(path: Path, state: State) -> None:
    """Note how far the check in *path* is."""
    _write(path / "state.json", json.dumps(asdict(state)).encode())


def read_state(path: Path) -> State:
    """How far the check in *path* is."""
    if (path / "result.json").exists():
        return State("done")
    if (path / "error.json").exists():
        return State("failed")
    try:
        return State(**json.loads((path / "state.json").read_bytes()))
    except OSError:
        return State("waiting")


def write_result(path: Path, submission: Submission) -> None:
    """Keep what came of the check."""
    _write(path / "result.json", submission.to_json())


def read_result(path: Path) -> Submission:
    """What came of the check in *path*; raises what kept it from being done, and FileNotFoundError before its end."""
    if (path / "error.json").exists():
        raise _error(json.loads((path / "error.json").read_bytes()))
    return Submission.from_json((path / "result.json").read_bytes())


def write_error(path: Path, error: PublisherError) -> None:
    """Keep why the check could not be done; the first reason stays."""
    if (path / "error.json").exists() or (path / "result.json").exists():
        return
    values = {name: value if isinstance(value, int | float) else str(value) for name, value in error.values.items()}
    document = {"class": type(error).__name__, "template": error.template, "values": values}
    _write(path / "error.json", json.dumps(document).encode())


def write_workbook(path: Path, number: int, content: bytes) -> None:
    """Keep the annotated workbook made of file *number*."""
    _write(path / f"workbook{number}", content)


def write_constructed(path: Path, content: bytes) -> None:
    """Keep what the query over the report made, as N-Triples."""
    _write(path / "constructed.nt", content)


def read_constructed(path: Path) -> bytes:
    """What the query over the report made, as N-Triples."""
    return (path / "constructed.nt").read_bytes()


def read_workbook(path: Path, number: int) -> bytes | None:
    """The annotated workbook made of file *number*, if there is one."""
    try:
        return (path / f"workbook{number}").read_bytes()
    except FileNotFoundError:
        return None


def workbooks(path: Path) -> list[int]:
    """The numbers of the files of which there is an annotated workbook."""
    return sorted(int(each.name.removeprefix("workbook")) for each in path.glob("workbook*") if each.suffix == "")


def _error(document: Mapping[str, Any]) -> PublisherError:
    class_ = getattr(errors, document["class"], PublisherError)
    error: PublisherError = class_(document["template"], **document["values"])
    return error


def _write(path: Path, content: bytes) -> None:
    """Write *content* so that it appears under its name as a whole."""
    whole = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    whole.write_bytes(content)
    whole.replace(path)
