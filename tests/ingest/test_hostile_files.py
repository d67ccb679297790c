"""What is sent to do harm is refused before a parser spends time or memory on it, and nothing is fetched."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sotegraph.ingest import SubmittedFile
from tests.ingest.conftest import Read

HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
DEEP = 1_000_000


def sent(text: str, name: str) -> SubmittedFile:
    return SubmittedFile(name, text.encode())


HOSTILE = {
    "billion-laughs.rdf": f"<!DOCTYPE r [{LAUGHS}]>\n{HEAD}<e:C><e:p>&l9;</e:p></e:C></rdf:RDF>",
    "long-entity.rdf": f'<!DOCTYPE r [<!ENTITY a "{"a" * 100_000}">]>{HEAD}<e:C><e:p>{"&a;" * 9}</e:p></e:C></rdf:RDF>',
    "many-entities.rdf": f'<!DOCTYPE r [<!ENTITY a "{"a" * 1_999}">]>'
    f"{HEAD}<e:C><e:p>{'&a;' * 9_999}</e:p></e:C></rdf:RDF>",
    "external.rdf": f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}<e:C><e:p>&a;</e:p></e:C></rdf:RDF>',
    "parameter.rdf": f'<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>{HEAD}</rdf:RDF>',
    "deep.rdf": HEAD + "<e:C><e:p>" * (DEEP // 2),
    "deep-closed.rdf": HEAD + "<e:C><e:p>" * 2_000 + "</e:p></e:C>" * 2_000 + "</rdf:RDF>",
    "lists.ttl": "<a> <b> " + "(" * DEEP + ")" * DEEP + " .",
    "nodes.ttl": "<a> <b> " + "[<c> " * DEEP + "1" + "]" * DEEP + " .",
    "objects.jsonld": '{"http://e.example/a":' * DEEP + "1" + "}" * DEEP,
    "arrays.jsonld": "[" * DEEP + "]" * DEEP,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_at_once_with_its_place(name: str, read: Read) -> None:
    started = time.process_time()
    reading = read(sent(HOSTILE[name], name))
    assert [each.name for each in reading.findings] == ["refused"]
    assert not reading.complete
    assert reading.findings[0].place.line is not None
    assert time.process_time() - started < 3


@contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        yield server


def test_nothing_is_fetched_because_a_file_says_so(read: Read) -> None:
    with listening() as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        read(sent(f'<!DOCTYPE r [<!ENTITY a SYSTEM "{address}">]>{HEAD}<e:C><e:p>&a;</e:p></e:C></rdf:RDF>', "a.rdf"))
        read(sent(f'<!DOCTYPE r SYSTEM "{address}">{HEAD}<e:C/></rdf:RDF>', "b.rdf"))
        read(sent(f'{{"@context": "{address}", "a": 1}}', "c.jsonld"))
        read(sent(f"<{address}> <http://www.w3.org/2002/07/owl#imports> <{address}> .", "d.ttl"))
        with pytest.raises(TimeoutError):
            server.accept()


def test_entities_for_namespaces_are_read(read: Read) -> None:
    text = f'<!DOCTYPE rdf:RDF [<!ENTITY e "http://e.example/">]>{HEAD}<e:C rdf:about="&e;a"/></rdf:RDF>'
    reading = read(sent(text, "owl.rdf"))
    assert [each.value for each in reading.subjects] == ["http://e.example/a"]


def test_brackets_within_texts_are_no_nesting(read: Read) -> None:
    text = f'<http://e.example/a> <http://e.example/b> "{"[" * 5_000}", """{"(" * 5_000}""" . # {"[" * 5_000}'
    assert read(sent(text, "a.ttl")).complete


def test_text_in_a_declared_encoding_is_read(read: Read) -> None:
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?>{HEAD}<e:C><e:p>Hämeenlinna</e:p></e:C></rdf:RDF>'
    reading = read(SubmittedFile("a.rdf", text.encode("latin-1")))
    assert "Hämeenlinna" in str(reading.triples)
