"""Words that every form of a report shares: counts, severities, places, sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sotegraph.ingest import Group, Submission, Told, Where, best

Translate = Callable[[str], str]
SEVERITY_WORDS: Mapping[str, str] = {"violation": "Error", "warning": "Warning", "info": "Remark"}
"""What people call the severities."""
_COUNTED: Mapping[str, tuple[str, str]] = {
    "violation": ("1 error", "{count} errors"),
    "warning": ("1 warning", "{count} warnings"),
    "info": ("1 remark", "{count} remarks"),
}
COUNTED = tuple(word for pair in _COUNTED.values() for word in pair)
"""Every way to say how many findings there are."""
TRAIL = " › "


def said(told: Told, language: str) -> str:
    """What is wrong, and what to do, in *language*."""
    return best(told.message, [language])


def trail(told: Told, language: str) -> str:
    """The way to what a finding is about."""
    return TRAIL.join(best(each, [language]) for each in told.trail)


def counted(submission: Submission, translate: Translate) -> str:
    """How many findings there are of each severity, in words."""
    parts = []
    for severity, count in submission.counts.items():
        if count:
            one, more = _COUNTED[severity]
            parts.append(translate(one) if count == 1 else translate(more).format(count=count))
    if submission.cut:
        parts.append(translate("and more, which are not listed"))
    return ", ".join(parts) or translate("No findings")


def verdict(submission: Submission, translate: Translate) -> str:
    """Whether the submission can be accepted, in one sentence."""
    if submission.lacks_content:
        return translate("A file holds nothing to check. Everything is checked once it does, or is left out.")
    if submission.lacks_imports:
        return translate("A file imports what did not come along. Everything is checked once it does, or is left out.")
    if not submission.complete:
        return translate("A file could not be read. Everything else is checked once it can be.")
    if not submission.conforms:
        return translate("The data do not meet the requirements yet. Mend what is marked as an error.")
    if not submission.is_judged:
        return translate("Nothing was judged: the requirements say nothing about what the data describe.")
    if submission.findings:
        return translate("The data meet the requirements. What is listed below is advice.")
    return translate("The data meet the requirements.")


def heading(group: Group, language: str, translate: Translate) -> str:
    """What the findings of *group* have in common: “12 rows: The postal code is missing.”"""
    text = best(group.message, [language])
    if len(group.findings) == 1:
        return text
    rows = group.rows
    if rows is not None and rows > 1:
        return translate("{count} rows: {message}").format(count=rows, message=text)
    return translate("{count} places: {message}").format(count=len(group.findings), message=text)


def place(where: Where, translate: Translate) -> str:
    """A place as people say it: “line 7”, “sheet Books, cell C7”."""
    words = []
    if where.sheet:
        words.append(translate("sheet {sheet}").format(sheet=where.sheet))
    if where.cell:
        words.append(translate("cell {cell}").format(cell=where.cell))
    elif where.row:
        words.append(translate("row {row}").format(row=where.row))
    if where.header:
        words.append(translate("column “{header}”").format(header=where.header))
    if where.line:
        words.append(translate("line {line}").format(line=where.line))
    return ", ".join(words)
