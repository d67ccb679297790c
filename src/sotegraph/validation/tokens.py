"""The texts and IRIs that stand in a line of Turtle, N-Triples or RDF/XML, with their escapes undone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.terms import XSD_STRING

_CLOSED = r'''"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"""|''' + r"'''(?:[^'\\]++|\\[\s\S]|'(?!''))*+'''"
_LONG = rf"{_CLOSED}|(?:\"\"\"|''')[\s\S]*"
_SHORT = r""""(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'"""
_IRI = r'<(?P<iri>[^<>"{}|^`\s]*+)>'
_SPANS = re.compile(rf"#.*|{_IRI}|(?P<string>{_LONG}|{_SHORT})")
_TURTLE = re.compile(
    rf"#.*|{_IRI}|(?P<string>{_LONG}|{_SHORT})\s*(?P<mark>@[A-Za-z][\w-]*|\^\^|(?:\#.*)?\Z)?"
    r"|[\w.%-]*:(?P<local>(?:[\w.:%-]|\\.)*)"
)
_WHOLE = re.compile(_CLOSED)
_XML = re.compile(r"""=\s*(?P<attribute>"[^"<]*"|'[^'<]*')|</[^<>]*>|(?:/|\?|--)>|>(?P<text>[^<]*)""")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_LAST_CHARACTER = 0x10FFFF


@dataclass(frozen=True)
class Token:
    """A text or an IRI, and the 1-based *column* at which it begins.

    An IRI *ends* with what is written, where that is a name with a prefix or relative. What follows a text, its *mark*,
    is a language tag or ``^^``; None where that is not known. An *open* text goes on in the next line.
    """

    text: str
    column: int
    is_iri: bool = False
    ends: bool = False
    mark: str | None = None
    is_open: bool = False

    def is_of(self, node: Any) -> bool:
        """Whether this is how *node* is written."""
        if isinstance(node, NamedNode):
            return self.is_iri and (node.value == self.text or (self.ends and node.value.endswith(self.text)))
        if self.is_iri or not isinstance(node, Literal) or self.mark not in (None, _mark(node)):
            return False
        return node.value.startswith(self.text + "\n") if self.is_open else node.value == self.text


def _mark(node: Literal) -> str:
    if node.language:
        return f"@{node.language.lower()}"
    return "" if node.datatype == XSD_STRING else "^^"


def turtle_tokens(line: str, start: int = 0) -> Iterator[Token]:
    r"""The tokens of a *line* of Turtle, TriG, N-Triples or N-Quads from *start* on.

    >>> [(each.text, each.column) for each in turtle_tokens(r'<a> ex:p\,q "\u00e4\n"@fi # "x"')]
    [('a', 1), ('p,q', 5), ('ä\n', 13)]
    """
    for match in _TURTLE.finditer(line, start):
        column, written = match.start() + 1, match["string"]
        if match["iri"] is not None:
            yield Token(_plain(match["iri"]), column, is_iri=True, ends=_is_telling(match["iri"]))
        elif match["local"] is not None and _is_telling(match["local"]):
            yield Token(_plain(match["local"]), column, is_iri=True, ends=True)
        elif written is not None:
            quote = written[:3] if written.startswith(('"""', "'''")) else written[0]
            is_open = len(quote) == 3 and match.end("string") == len(line) and not _WHOLE.fullmatch(written)
            inner = written[len(quote) :] if is_open else written[len(quote) : -len(quote)]
            yield Token(_plain(inner), column, mark=_known_mark(match["mark"]), is_open=is_open)


def _is_telling(written: str) -> bool:
    """Whether a name that is not a whole IRI has escapes; others are found as they are written."""
    return "\\" in written


def _known_mark(found: str | None) -> str | None:
    """The mark, None at the end of a line: it may stand in the next one. What else follows a mark is a direction."""
    if found is None:
        return ""
    return found.partition("--")[0].lower() if found.startswith(("@", "^")) else None


def _plain(written: str) -> str:
    if "\\" not in written:
        return written

    def character(match: re.Match[str]) -> str:
        number = match[1] or match[2]
        if number:
            return chr(int(number, 16)) if int(number, 16) <= _LAST_CHARACTER else match[0]
        return _CHARACTERS.get(match[3], match[3])

    return _ESCAPE.sub(character, written)


def xml_tokens(line: str) -> Iterator[Token]:
    """The values of attributes, and the texts behind tags that open, in a *line* of RDF/XML.

    >>> [(each.text, each.column) for each in xml_tokens('<p q="a&amp;b">&#228;</p>')]
    [('a&b', 6), ('a&b', 7), ('ä', 16)]
    """
    for match in _XML.finditer(line):
        if match["attribute"] is not None:
            text, column = _without_references(match["attribute"][1:-1]), match.start("attribute") + 1
            yield Token(text, column)
            yield Token(text, column + 1, is_iri=True, ends="&" in match["attribute"])
        elif match["text"] is not None:
            text, column = _without_references(match["text"]), match.start("text") + 1
            yield Token(text, column, is_open=match.end() == len(line))


def _without_references(written: str) -> str:
    if "&" not in written:
        return written

    def character(match: re.Match[str]) -> str:
        if match[3]:
            return _ENTITIES[match[3]]
        number = int(match[1], 16) if match[1] else int(match[2])
        return chr(number) if number <= _LAST_CHARACTER else match[0]

    return _REFERENCE.sub(character, written)


class Tokens:
    """The tokens of a line, found by what they say."""

    def __init__(self, tokens: Iterable[Token] = ()) -> None:
        self._exact: defaultdict[str, list[Token]] = defaultdict(list)
        self._partial: list[Token] = []
        for each in tokens:
            if each.is_open or each.ends:
                self._partial.append(each)
            if not each.is_open:
                self._exact[each.text].append(each)

    def columns(self, node: Any) -> list[int]:
        """Where *node* stands, from left to right."""
        if not isinstance(node, NamedNode | Literal):
            return []
        near = (*self._exact.get(node.value, ()), *self._partial)
        return sorted({each.column for each in near if each.is_of(node)})


def begun_before(lines: Sequence[str]) -> Mapping[int, int]:
    """The lines, counted from 1, that a text of several lines reaches into, each with how many of its characters."""
    text = "\n".join(lines)
    if '"""' not in text and "'''" not in text:
        return {}
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found: dict[int, int] = {}
    for match in _SPANS.finditer(text):
        if match["string"] is not None and "\n" in match["string"]:
            first, last = bisect_right(starts, match.start()), bisect_right(starts, match.end())
            found |= {number: len(lines[number - 1]) for number in range(first + 1, last)}
            found[last] = match.end() - starts[last - 1]
    return found
