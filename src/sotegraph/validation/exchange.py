"""Results and reports as JSON, between a process that judges and the one that asked it to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import RdfFormat, parse

from sotegraph.validation.report import Report, Result

_TERMS = ("focus", "value", "component", "severity", "source_shape", "source_constraint")


def terms_of(texts: Iterable[str]) -> dict[str, Any]:
    """Return the term for each of *texts*, its form in N-Triples.

    >>> terms_of(['"a"@fi'])
    {'"a"@fi': <Literal value=a language=fi>}
    """
    distinct = list(dict.fromkeys(texts))
    lines = "".join(f"<urn:x> <urn:x> {each} .\n" for each in distinct)
    read = (quad.object for quad in parse(lines, format=RdfFormat.N_TRIPLES))
    return dict(zip(distinct, read, strict=True))


def encode_results(results: Iterable[Result]) -> bytes:
    """Return *results* as JSON, the messages of engines among them."""
    return json.dumps([_encode(each) for each in results]).encode()


def decode_results(text: bytes) -> list[Result]:
    """Read what :func:`encode_results` wrote."""
    return _decode_all(json.loads(text))


def encode_report(report: Report) -> bytes:
    """Return *report* as JSON."""
    told = {name: value for name, value in vars(report).items() if name != "results"}
    return json.dumps({**told, "results": [_encode(each) for each in report.results]}).encode()


def decode_report(text: bytes) -> Report:
    """Read what :func:`encode_report` wrote."""
    told = json.loads(text)
    return Report(**{**told, "results": tuple(_decode_all(told["results"]))})


def _encode(result: Result) -> Mapping[str, Any]:
    told = {name: value for name, value in vars(result).items() if value not in (None, (), {}, False)}
    told.update({name: str(told[name]) for name in _TERMS if name in told})
    if result.details:
        told["details"] = [_encode(each) for each in result.details]
    return told


def _decode_all(told: Sequence[Mapping[str, Any]]) -> list[Result]:
    terms = terms_of(_texts(told))
    return [_decode(each, terms) for each in told]


def _texts(told: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for each in told:
        yield from (each[name] for name in _TERMS if name in each)
        yield from _texts(each.get("details", ()))


def _decode(told: Mapping[str, Any], terms: Mapping[str, Any]) -> Result:
    known = {**told, **{name: terms[told[name]] if name in told else None for name in _TERMS}}
    known["details"] = tuple(_decode(each, terms) for each in told.get("details", ()))
    known["engine_messages"] = tuple(told.get("engine_messages", ()))
    return Result(**{"path": None, **known})
