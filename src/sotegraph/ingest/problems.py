"""What makes a file unreadable, in words of the catalogue: what parsers say in English of their own is recognised."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sotegraph.errors import PublisherError
from sotegraph.ingest.encoding import NOT_UTF8

_PLACE = re.compile(r"^Parser error (?:at|between) line .*?: ", re.DOTALL)
_LONGEST = 200
_KNOWN: Sequence[tuple[str, str]] = (
    (r"A dot is expected at the end of statements", "a full stop is missing at the end of the statement before"),
    (r"The prefix (?P<name>\S+) has not been declared", "the prefix {name} is not declared"),
    (
        r"Unexpected end( of file)?|the text ends before everything is closed",
        "the file ends before everything is closed",
    ),
    (r"Invalid IRI code point (?P<name>'.*')", "an address holds the character {name}, which it may not"),
    (r"No scheme found in an absolute IRI", "an address is not whole: it has to begin like https://"),
    (r"A language code should always start with a letter", "the language of a text is not written rightly"),
    (r"(?P<name>\S+) is not a valid (RDF object|predicate|subject).*", "{name} cannot stand here"),
    (r"XML namespaces are required in RDF/XML", "the XML names no vocabularies (xmlns), or is not RDF/XML"),
    (r"a value is expected here", "a value is missing here"),
    (r"nothing is open that this could close", "a bracket closes nothing"),
    (r"(?P<name>.*) is no JSON value", "{name} is no value of JSON; texts stand between quotation marks"),
    (r"a string has an escape that is none", "a text has a backslash that means nothing"),
    (r"a quotation mark is not closed", "a quotation mark is not closed"),
    (
        NOT_UTF8,
        "a character is not in UTF-8, in which all RDF has to be; save the file anew with the encoding UTF-8",
    ),
    (r"Trailing commas are not allowed", "a comma stands after the last value; remove it"),
    (
        r"field larger than field limit \((?P<name>\d+)\)",
        "a cell is longer than {name} characters; perhaps a quotation mark is not closed",
    ),
    (r"Cyclic RDF list at .*", "a list leads back into itself"),
    (
        r"a part of the workbook has an XML document type.*|File is not a zip file|Bad .*zip.*",
        "it is no sound Excel workbook (xlsx)",
    ),
)
"""What parsers say, and what is said of it here."""
_BROKEN_TABLE = "a part of the file is damaged"
"""What is said of a table where nothing else is known: what a library says of its own inside helps nobody."""
_OTHER = "the program that reads it says: “{name}”"
PROBLEMS = (*(template for _, template in _KNOWN), _BROKEN_TABLE, _OTHER)
"""Every way to say why a file cannot be read."""


def problem_of(text: str, *, table: bool = False) -> PublisherError:
    """What *text*, from a parser or from our own guards, tells people; *table* when it is said of a table.

    >>> str(problem_of("Parser error at line 2 between columns 5 and 8: The prefix c: has not been declared"))
    'the prefix c: is not declared'
    """
    plain = _PLACE.sub("", text).strip().rstrip(".")
    for pattern, template in _KNOWN:
        match = re.fullmatch(pattern, plain, re.DOTALL)
        if match:
            return PublisherError(template, name=match.groupdict().get("name") or "")
    if table:
        return PublisherError(_BROKEN_TABLE)
    return PublisherError(_OTHER, name=plain[:_LONGEST])
