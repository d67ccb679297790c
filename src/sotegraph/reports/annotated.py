"""The submitter's own workbook back: comments on the cells that are wrong, and a sheet that lists the findings.

What stands in the workbook stays as it is: values, formulas, styles, comments. What an earlier check left there goes.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.hyperlink import Hyperlink

from sotegraph.ingest import Submission, SubmittedFile, Told, best
from sotegraph.ingest.remarks import finding_headers
from sotegraph.ingest.sheets import FINDING_HEADERS, NOTE_MARK, note_of_sender
from sotegraph.ingest.workbooks import UNREADABLE
from sotegraph.messages import Messages
from sotegraph.questions.workbook import clean_text, is_like_formula
from sotegraph.reports.table import row
from sotegraph.reports.words import SEVERITY_WORDS, Translate, said

_AUTHOR = "sotegraph"
_LONGEST_COMMENT = 4_000
_WIDTHS = (18, 14, 8, 6, 6, 18, 12, 60, 24, 40, 40, 40, 24, 8)
_COMMENT_WIDTH, _LINE_HEIGHT, _LINE_LENGTH = 360, 18, 52
_ZIP = b"PK"


def annotate(file: SubmittedFile, submission: Submission, language: str, messages: Messages) -> bytes | None:
    """Return the workbook *file* with the findings of *submission* about it in *language*; None for no workbook."""
    if not file.content.startswith(_ZIP):
        return None
    try:
        workbook = load_workbook(io.BytesIO(file.content), rich_text=True)
    except UNREADABLE:
        return None
    _clear(workbook, messages)
    return _annotated(workbook, file.name, submission, language, messages.translator(language))


def _annotated(workbook: Any, name: str, submission: Submission, language: str, translate: Translate) -> bytes:
    findings = [each for each in submission.findings if each.where.file == name]
    by_cell: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for each in findings:
        sheet = _sheet(workbook, each.where.sheet)
        by_cell[(sheet.title, each.where.cell or f"A{each.where.row or 1}")].append(each)
    for (title, cell), told in by_cell.items():
        _comment(workbook[title], cell, [_spoken(each, language, translate) for each in told])
    _list(workbook, findings, language, translate)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def _clear(workbook: Any, messages: Messages) -> None:
    """Take away the sheets of findings and the comments of earlier checks."""
    headers = finding_headers(messages)
    for sheet in workbook.worksheets:
        is_report = tuple(cell.value for cell in sheet[1] if cell.value is not None) in headers
        if is_report and len(workbook.worksheets) > 1:
            workbook.remove(sheet)
            continue
        for cell in list(sheet._cells.values()):
            if cell.comment is not None:
                own = note_of_sender(cell.comment.text)
                if own != cell.comment.text:
                    cell.comment = Comment(own, cell.comment.author) if own else None


def _sheet(workbook: Any, title: str | None) -> Any:
    return workbook[title] if title in workbook.sheetnames else workbook.worksheets[0]


def _spoken(told: Told, language: str, translate: Translate) -> str:
    expected = best(told.expected, [language])
    lines = [f"{translate(SEVERITY_WORDS[told.severity])}: {said(told, language)}"]
    if expected:
        lines.append(translate("Expected: {expected}").format(expected=expected))
    return "\n".join(lines)


def _comment(sheet: Any, address: str, texts: Iterable[str]) -> None:
    """A comment on the cell at *address*, after what stands in one already; of merged cells, on the first.

    A mark sets our part off from the other's, so that the next check can take it away again.
    """
    cell = sheet[address]
    if isinstance(cell, MergedCell):
        merged = next(each for each in sheet.merged_cells.ranges if address in each)
        cell = sheet.cell(merged.min_row, merged.min_col)
    before = cell.comment.text if cell.comment is not None else ""
    own, mark, ours = note_of_sender(before), f"{NOTE_MARK}\n", "\n\n".join(texts)
    earlier = before[len(own) :].strip().removeprefix(mark)
    text = (f"{own}\n\n" if own else "") + mark + "\n\n".join(filter(None, (earlier, ours)))
    text, author = text[:_LONGEST_COMMENT], cell.comment.author if own else _AUTHOR
    text = clean_text(text)
    lines = sum(1 + len(line) // _LINE_LENGTH for line in text.splitlines())
    cell.comment = Comment(text, author, height=_LINE_HEIGHT * (lines + 1), width=_COMMENT_WIDTH)


def _list(workbook: Any, findings: Sequence[Told], language: str, translate: Translate) -> None:
    """The sheet of findings at the end, each with a link to its cell."""
    sheet = workbook.create_sheet(_free_title(workbook.sheetnames, translate("Findings")))
    sheet.append([translate(each) for each in FINDING_HEADERS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    for told in findings:
        _append(sheet, [_value(each) for each in row(told, language, translate)])
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        if told.where.cell:
            title = _sheet(workbook, told.where.sheet).title.replace("'", "''")
            link = sheet.cell(sheet.max_row, 3)
            link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{title}'!{told.where.cell}")
            link.font = Font(underline="single", color="0000EE")


def _append(sheet: Any, values: Iterable[str | int | None]) -> None:
    """A row; text stays text, whatever it looks like."""
    number = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for column, value in enumerate(values, start=1):
        if value is None:
            continue
        cell = sheet.cell(number, column, clean_text(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            cell.data_type = "s"
            cell.quotePrefix = is_like_formula(value)


def _value(term: Any) -> str | int | None:
    if term is None:
        return None
    return int(term.value) if term.datatype.value.endswith("integer") else str(term.value)


def _free_title(taken: Sequence[str], wanted: str) -> str:
    """*wanted*, with a number where a sheet is called so already."""
    title, number = wanted[:31], 1
    while title.casefold() in {each.casefold() for each in taken}:
        number += 1
        title = f"{wanted[:27]} {number}"
    return title
