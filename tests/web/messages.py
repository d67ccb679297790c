"""The texts that the program can say: from templates, calls, the tree of errors, and the tables of findings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from sotegraph.errors import PublisherError
from sotegraph.harvesting import addresses, asking, fetching, preflight, rendering
from sotegraph.ingest.arrangement import TITLES
from sotegraph.ingest.expectations import PHRASES
from sotegraph.ingest.problems import PROBLEMS
from sotegraph.ingest.sheets import FINDING_HEADERS
from sotegraph.ingest.telling import MENDING, SAID
from sotegraph.reports.words import COUNTED, SEVERITY_WORDS
from sotegraph.soundness.findings import CHECKS, CHOICES, HINT
from sotegraph.validation.isolated import CANNOT_BE_APPLIED
from sotegraph.validation.templates import CUSTOM_DEFAULT, DEFAULTS, NAMED, NAMED_DEFAULT
from sotegraph.web.pages.validation import SECTION_NAMES

SOURCES = Path(__file__).parents[2] / "src" / "sotegraph"
_TABLES = {
    "harvesting/addresses.py": addresses.TEMPLATES,
    "harvesting/asking.py": asking.TEMPLATES,
    "harvesting/fetching.py": fetching.TEMPLATES,
    "harvesting/preflight.py": preflight.TEMPLATES,
    "harvesting/rendering.py": rendering.WORDS,
    "ingest/arrangement.py": TITLES,
    "ingest/expectations.py": PHRASES,
    "ingest/problems.py": PROBLEMS,
    "ingest/sheets.py": FINDING_HEADERS,
    "ingest/telling.py": (*MENDING, *SAID),
    "soundness/findings.py": (CHOICES, HINT),
    "validation/isolated.py": (CANNOT_BE_APPLIED,),
    "web/pages/validation.py": SECTION_NAMES.values(),
    "reports/words.py": (*COUNTED, *SEVERITY_WORDS.values()),
}
"""Texts that are chosen from a table."""
_SAYING = ("_", "say", "translate", "translated")


def error_classes(error: type[PublisherError] = PublisherError) -> Iterator[type[PublisherError]]:
    """*error* and every kind of it."""
    yield error
    for each in error.__subclasses__():
        yield from error_classes(each)


def said_texts() -> dict[str, set[str]]:
    """English text → the files in which it is said."""
    keywords = dict.fromkeys((*_SAYING, *(each.__name__ for each in error_classes())))
    parts = "sotegraph.web.pages.rendering.KeptParts"
    options = {"**/templates/**.html": {"silent": "false", "trimmed": "true", "extensions": parts}}
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
    found: dict[str, set[str]] = {}
    extracted = extract_from_dir(str(SOURCES), methods, options, keywords=keywords, directory_filter=lambda path: True)
    for file, _, text, _, _ in extracted:
        for each in text if isinstance(text, tuple) else (text,):
            found.setdefault(each, set()).add(file)
    for error in error_classes():
        found.setdefault(error.title, set()).add("errors.py")
    for check in CHECKS:
        for each in (check.problem, check.remedy):
            found.setdefault(each, set()).add("soundness/findings.py")
    for each in (*DEFAULTS.values(), CUSTOM_DEFAULT, *NAMED.values(), NAMED_DEFAULT):
        found.setdefault(each, set()).add("validation/templates.py")
    for file, texts in _TABLES.items():
        for each in texts:
            found.setdefault(each, set()).add(file)
    return found
