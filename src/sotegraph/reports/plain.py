"""A report as text for people at a terminal: one line a finding, ``place: severity: rule: what is wrong``."""

from __future__ import annotations

from collections.abc import Iterator

from sotegraph.ingest import Submission, Told, best
from sotegraph.messages import Messages
from sotegraph.reports.words import counted, said, trail, verdict
from sotegraph.terms import printable


def to_text(submission: Submission, language: str, messages: Messages) -> bytes:
    """Return *submission* as lines of text."""
    return "".join(f"{line}\n" for line in lines(submission, language, messages)).encode()


def lines(submission: Submission, language: str, messages: Messages) -> Iterator[str]:
    """The findings one a line, then the sum and the verdict."""
    translate = messages.translator(language)
    for told in submission.findings:
        about = _about(told, language, messages)
        yield printable(f"{told.where}: {told.severity}: {told.rule}: {said(told, language)}{about}")
    files = len(submission.checked.files)
    read = translate("1 file") if files == 1 else translate("{count} files").format(count=files)
    triples = translate("{count} triples").format(count=submission.triples)
    yield f"{counted(submission, translate)}; {triples}, {read}, {submission.checked.seconds:.1f} s."
    yield verdict(submission, translate)


def _about(told: Told, language: str, messages: Messages) -> str:
    value = best(told.shown, [language])
    parts = [trail(told, language), messages.quoted(value, language) if value else ""]
    known = ": ".join(filter(None, parts))
    return f" ({known})" if known else ""
