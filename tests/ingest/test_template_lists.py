"""Whatever a list in a template offers is taken, in every language: read as one thing, and right by the shapes."""

from __future__ import annotations

import csv
import io
from itertools import zip_longest
from typing import Any

import pytest
from openpyxl import load_workbook

from sotegraph.entities import Index
from sotegraph.ingest import Limits, SubmittedFile, Told, Validator, read_files
from sotegraph.ingest.published import Published
from sotegraph.ingest.templates import template, template_classes
from sotegraph.soundness.telling import Teller

HEADER = 2
Lists = dict[str, list[str]]


def choices(content: bytes) -> Lists:
    """What the lists of a workbook offer, by the headers of their columns."""
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        cells = workbook["codes"][rule.formula1.partition("!")[2].replace("$", "")]
        names = [row[0].value for row in cells]
        for area in rule.sqref.ranges:
            found[str(sheet.cell(HEADER, area.min_col).value)] = names
    return found


def chosen(lists: Lists) -> bytes:
    """A table in which every choice of every list stands once."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([lists, *zip_longest(*lists.values(), fillvalue="")])
    return text.getvalue().encode()


def misread(published: Published, teller: Teller, language: str) -> tuple[int, list[str]]:
    """How many choices the templates offer, and what is wrong with the reading of them."""
    count, wrong = 0, []
    for each in template_classes(published):
        lists = choices(template(published, each.local_name, "xlsx", language))
        if not lists:
            continue
        file = SubmittedFile(f"{each.local_name}.csv", chosen(lists))
        reading = read_files([file], published.publication, teller, codes=published, limits=Limits(), language=language)
        wrong += [f"{found.place} {found.name} {found.value}" for found in reading.findings]
        [table] = reading.files
        values: dict[str, set[Any]] = {}
        for number, quad in enumerate(table.quads):
            values.setdefault(str(table.place(number).header), set()).add(quad.object)
        short = {header: names for header, names in lists.items() if len(values.get(header, ())) < len(names)}
        wrong += [f"{each.local_name} {header}: two of {len(names)} are one" for header, names in short.items()]
        count += sum(map(len, lists.values()))
    return count, wrong


def is_of_value(told: Told) -> bool:
    """Whether a finding is of a value alone, and not of how it goes with others or with what is published."""
    kind = (told.component or "").rpartition("#")[2].removesuffix("ConstraintComponent")
    return told.value is not None and kind in {"", "Class", "Datatype", "In", "Node", "NodeKind", "Pattern"}


def refused(published: Published, validator: Validator, language: str, most: int) -> tuple[int, list[str]]:
    """How many choices were judged, *most* of each list, and those whose value a shape takes for none that may be."""
    count, wrong = 0, []
    for each in template_classes(published):
        offered = choices(template(published, each.local_name, "xlsx", language))
        lists = {header: names[:most] for header, names in offered.items()}
        if not lists:
            continue
        outcome = validator.validate([SubmittedFile(f"{each.local_name}.csv", chosen(lists))], language=language)
        judged = [told for told in outcome.findings if told.where.header in lists and is_of_value(told)]
        wrong += [f"{told.where} {told.where.header} {told.rule} {told.value}" for told in judged]
        count += sum(map(len, lists.values()))
    return count, wrong


@pytest.mark.parametrize("language", ["fi", "en"])
def test_every_choice_is_read_as_one_thing(language: str, published: Published, teller: Teller) -> None:
    count, wrong = misread(published, teller, language)
    assert count > 50
    assert wrong == []


def test_every_choice_is_right(index: Index, published: Published) -> None:
    count, wrong = refused(published, Validator(index, isolated=False), "fi", 10)
    assert count > 50
    assert wrong == []


def test_things_of_one_name_are_told_apart_by_code_or_key(published: Published) -> None:
    names = {name for each in template_classes(published) for name in told(published, each.local_name)}
    assert [name for name in names if "://" in name] == []


def told(published: Published, name: str) -> list[str]:
    """All that the lists of one template offer."""
    lists = choices(template(published, name, "xlsx", "en"))
    return [each for names in lists.values() for each in names]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_choice_of_the_bundled_publication_is_read_as_one_thing(
    language: str, bundled: Index, teller: Teller
) -> None:
    count, wrong = misread(Published(bundled.publication, bundled.version), teller, language)
    assert count > 40_000
    assert wrong == []


@pytest.mark.slow
def test_choices_of_the_bundled_publication_are_right(bundled: Index) -> None:
    published = Published(bundled.publication, bundled.version)
    count, wrong = refused(published, Validator(bundled, isolated=False), "fi", 25)
    assert count > 4_000
    assert wrong == []
