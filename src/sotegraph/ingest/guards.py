"""What is looked at before a parser sees it: XML with entities or endless nesting, and brackets in brackets."""

from __future__ import annotations

import re
from xml.parsers import expat

from pyoxigraph import RdfFormat

from sotegraph.errors import PublisherError
from sotegraph.ingest.refused import Refused

_TURTLES = (RdfFormat.TURTLE, RdfFormat.TRIG)
_LONGEST_ENTITY, _MOST_ENTITY_BYTES = 2_000, 4 << 20
_MARKS = re.compile(
    rb'(?P<bracket>[\[\](){}])|"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|'
    rb'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\'[^\'\\\n]*(?:\\.[^\'\\\n]*)*\'|<[^<>"{}|^`\\\s]*>|\#[^\n]*'
)


def guard(content: bytes, form: RdfFormat, max_nesting: int) -> None:
    """Raise Refused, with its place, for what costs a parser far more than it says."""
    if form == RdfFormat.RDF_XML:
        _Guard(content, max_nesting).run()
    elif form in _TURTLES:
        offset = _too_deep(content, max_nesting)
        if offset >= 0:
            line, start = content.count(b"\n", 0, offset) + 1, content.rfind(b"\n", 0, offset) + 1
            problem = PublisherError("brackets are nested more than {limit} levels deep", limit=max_nesting)
            raise Refused(problem, line, len(content[start:offset].decode("utf-8", "replace")) + 1)


def _too_deep(content: bytes, max_nesting: int) -> int:
    """Where brackets are nested more deeply than that, or -1; where there are few, they are not counted."""
    if content.count(b"[") + content.count(b"(") + content.count(b"<<") <= max_nesting:
        return -1
    depth = 0
    for match in _MARKS.finditer(content):
        if match.lastgroup:
            depth += 1 if match[0] in b"[({" else -1
            if depth > max_nesting:
                return match.start()
    return -1


class _Guard:
    """Goes through an XML text: entities may only stand for short texts, as those for namespaces do."""

    def __init__(self, content: bytes, max_nesting: int) -> None:
        self.content, self.max_nesting = content, max_nesting
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.ExternalEntityRefHandler = lambda *_: 1
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.entities: dict[str, int] = {}

    def run(self) -> None:
        """Raise Refused at the first thing that may not be; malformed XML is left to the parser of RDF."""
        try:
            self.parser.Parse(self.content, True)
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_AMPLIFICATION_LIMIT_BREACH]:
                raise self._refused(PublisherError("the entities stand for too much text")) from None
        size = sum(self.content.count(f"&{name};".encode()) * length for name, length in self.entities.items())
        if size > _MOST_ENTITY_BYTES:
            raise self._refused(PublisherError("the entities stand for too much text"))

    def _entity(
        self,
        name: str,
        is_parameter: bool,
        value: str | None,
        base: object,
        system: str | None,
        public: object,
        _: object,
    ) -> None:
        if is_parameter or value is None or system is not None:
            raise self._refused(
                PublisherError(
                    "the entity {name} stands for something outside of the file, which is never fetched", name=name[:40]
                )
            )
        if "&" in value or "%" in value or len(value) > _LONGEST_ENTITY:
            raise self._refused(
                PublisherError("the entity {name} stands for other entities or for a long text", name=name[:40])
            )
        self.entities[name] = len(value)

    def _start(self, *_: object) -> None:
        self.depth += 1
        if self.depth > self.max_nesting:
            raise self._refused(
                PublisherError("elements are nested more than {limit} levels deep", limit=self.max_nesting)
            )

    def _end(self, *_: object) -> None:
        self.depth -= 1

    def _refused(self, problem: PublisherError) -> Refused:
        return Refused(problem, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
