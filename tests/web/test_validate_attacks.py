"""Nothing takes the validator down: each attack gets one clear 4xx, which says where it stands, and nobody is called.

The server runs as an operator would run it, so that checks have processes of their own, which end at their limits.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import html
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import httpx2 as httpx
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from sotegraph.cli import main
from tests.conftest import LIBRARY
from tests.ingest.sending import BAD, BOOK, GOOD, HEAD
from tests.serving import Served, serving

pytestmark = pytest.mark.slow
SECONDS = 7
"""The limit of a check with shapes of one's own, as it is set by default: the answer waits longer."""
MORE_MEMORY = 192 << 20


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving(LIBRARY, web_workers=2, query_workers=1) as served:
        yield served


class Listener:
    """Counts who calls."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/"

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.socket.accept()[0].close()
                self.calls += 1


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.socket.close()


def ask(server: Served, **options: object) -> httpx.Response:
    return httpx.post(f"{server.address}/validate", timeout=60, **options)  # type: ignore[arg-type]


def described(text: str, doctype: str) -> dict:
    """RDF/XML that says *text* of something, after *doctype*."""
    rdf = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
    said = f"<rdf:Description rdf:about='urn:a'><p xmlns='urn:x:'>{text}</p></rdf:Description>"
    xml = f"<?xml version='1.0'?><!DOCTYPE r [{doctype}]><rdf:RDF {rdf}>{said}</rdf:RDF>"
    return {"content": xml.encode(), "headers": {"Content-Type": "application/rdf+xml"}}


def billion_laughs(_: Listener) -> dict:
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    return described("&l11;", "<!ENTITY l0 'ha'>" + entities)


def external_entity(listener: Listener) -> dict:
    return described("&e;", f"<!ENTITY e SYSTEM '{listener.address}x'>")


def zip_bomb_workbook(_: Listener) -> dict:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(500):
                sheet.write(b" " * (1 << 20))
    return {"files": {"file": ("bomb.xlsx", packed.getvalue())}}


def gzip_bomb(_: Listener) -> dict:
    return {"files": {"file": ("bomb.ttl.gz", gzip.compress(b"#" * (200 << 20)))}}


def many_rows() -> Iterator[list[str]]:
    yield ["Number", "Title"]
    yield from ([f"R{number:06}", "A book"] for number in range(30_000))


def long_table(_: Listener) -> dict:
    rows = "".join(f"{';'.join(each)}\n" for each in many_rows())
    return {"files": {"file": ("books.csv", rows)}}


def long_workbook(_: Listener) -> dict:
    return {"files": {"file": ("books.xlsx", workbook_of_many_rows())}}


@cache
def workbook_of_many_rows() -> bytes:
    book, packed = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Books")
    for row in many_rows():
        sheet.append(row)
    book.save(packed)
    return packed.getvalue()


def deep_turtle(_: Listener) -> dict:
    return {"content": b"<a:a> <b:b> " + b"[<b:b> " * 1_000_000, "headers": {"Content-Type": "text/turtle"}}


def deep_json(_: Listener) -> dict:
    return {"content": b'{"@id":' * 1_000_000, "headers": {"Content-Type": "application/ld+json"}}


def remote_context(listener: Listener) -> dict:
    document = {"@context": listener.address + "context", "@id": "urn:a", "name": "b"}
    return {"content": json.dumps(document).encode(), "headers": {"Content-Type": "application/ld+json"}}


def own(text: str) -> dict:
    return {"files": {"file": ("a.ttl", GOOD), "shapes": ("s.ttl", text)}}


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix lib: <https://library.example/ns/lib#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""


def cyclic_shapes(_: Listener) -> dict:
    return own(
        SHAPES + "<urn:a> a sh:NodeShape ; sh:targetClass lib:Book ; sh:node <urn:b> . <urn:b> a sh:NodeShape ; "
        "sh:node <urn:a> ."
    )


def cyclic_list(_: Listener) -> dict:
    return own(
        SHAPES + "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . <urn:a> a sh:NodeShape ; "
        "sh:targetClass lib:Book ; sh:or _:l . _:l rdf:first <urn:a> ; rdf:rest _:l ."
    )


def runaway_query(_: Listener) -> dict:
    pattern = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8))
    return own(
        SHAPES + "<urn:a> a sh:NodeShape ; sh:targetClass lib:Book ; sh:sparql [ a sh:SPARQLConstraint ; "
        f'sh:select "SELECT $this WHERE {{ {pattern} FILTER(CONCAT(STR(?c0), STR(?c1), STR(?c7)) = STR(?b3)) }}" ] .'
    )


def calling_query(listener: Listener) -> dict:
    return own(
        SHAPES + "<urn:a> a sh:NodeShape ; sh:targetClass lib:Book ; sh:sparql [ a sh:SPARQLConstraint ; "
        f'sh:select "SELECT $this WHERE {{ SERVICE <{listener.address}> {{ ?s ?p ?o }} }}" ] .'
    )


def importing_shapes(listener: Listener) -> dict:
    return own(
        SHAPES + f"<urn:o> a owl:Ontology ; owl:imports <{listener.address}shapes> . "
        "<urn:a> a sh:NodeShape ; sh:targetClass lib:Book ; sh:property [ sh:path lib:price ; sh:minCount 1 ] ."
    )


def importing_data(listener: Listener) -> dict:
    imports = f"<urn:o> <http://www.w3.org/2002/07/owl#imports> <{listener.address}data> ."
    return {"content": (GOOD + imports).encode(), "headers": {"Content-Type": "text/turtle"}}


def evil_pattern(_: Listener) -> dict:
    data = GOOD.replace('"Uusi kirja"@fi', f'"{"a" * 40}!"@fi')
    shapes = SHAPES + (
        "@prefix dct: <http://purl.org/dc/terms/> . <urn:a> a sh:NodeShape ; sh:targetClass lib:Book ; "
        'sh:property [ sh:path dct:title ; sh:pattern "^(a+)+$" ] .'
    )
    return {"files": {"file": ("a.ttl", data), "shapes": ("s.ttl", shapes)}}


def many_files(_: Listener) -> dict:
    return {"files": [("file", (f"{n}.ttl", GOOD)) for n in range(60)]}


def broken_workbook(_: Listener) -> dict:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types>")
    return {"files": {"file": ("broken.xlsx", packed.getvalue())}}


def laughing_workbook(_: Listener) -> dict:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><workbook>&b;</workbook>")
    return {"files": {"file": ("laughing.xlsx", packed.getvalue())}}


TOO_LARGE = [zip_bomb_workbook, gzip_bomb, long_table, long_workbook]
"""Answered by 413."""
COSTLY = [runaway_query, calling_query, cyclic_shapes, cyclic_list]
"""Answered by 422: the shapes that came along cannot be applied, or not in time."""
REFUSED = [
    *(billion_laughs, external_entity, deep_turtle, deep_json, broken_workbook, laughing_workbook),
    *(remote_context, importing_data, importing_shapes),
]
"""Answered by 422, with the place of what is refused among the members of the problem."""
HARMLESS = [evil_pattern]
"""Answered by 200: a pattern costs no more than the length of the text.

Only without the compiled engine a pattern may run away; then it is ended at the limit of time, by 422.
"""


ATTACKS = [many_files, *TOO_LARGE, *COSTLY, *REFUSED, *HARMLESS]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.__name__)
def test_an_attack_is_answered_clearly_and_leaves_no_trace(attack, server: Served, listener: Listener) -> None:
    before, started = server.memory_bytes(), time.monotonic()
    answer = ask(server, **attack(listener))
    assert time.monotonic() - started < SECONDS + 12
    if attack in HARMLESS:
        assert answer.status_code in (200, 422), answer.text[:500]
    else:
        expected = 413 if attack in TOO_LARGE else 400 if attack is many_files else 422
        assert answer.status_code == expected, answer.text[:500]
    if attack in REFUSED:
        (result,) = answer.json()["results"]
        assert (answer.json()["kind"], result["severity"]) == ("refused-content", "violation")
        assert result["location"]["file"] in answer.json()["detail"]
    if answer.status_code >= 400:
        assert answer.json().keys() >= {"type", "title", "status", "detail"}
    good = ask(server, content=BAD.encode(), headers={"Content-Type": "text/turtle"})
    assert (good.status_code, good.json()["conforms"]) == (200, False)
    assert server.memory_bytes() - before < MORE_MEMORY
    assert listener.calls == 0


SAID = {
    "fi": ("10000 riviä", "pienempinä osina"),
    "sv": ("10000 rader", "mindre delar"),
    "en": ("10000 rows", "smaller parts"),
}
"""How the limit of rows is told, and what to do."""


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("table", [long_table, long_workbook], ids=lambda each: each.__name__)
def test_a_table_that_is_too_long_is_told_its_limit_by_every_door(
    table, language: str, server: Served, listener: Listener, tmp_path: Path
) -> None:
    sent = table(listener)
    name, content = sent["files"]["file"]
    content = content if isinstance(content, bytes) else content.encode()
    (tmp_path / name).write_bytes(content)
    command = ["validate", str(tmp_path / name), "--publication", str(LIBRARY), "--language", language]
    done = CliRunner().invoke(main, command, catch_exceptions=False)
    assert done.exit_code == 2
    texts = [done.stderr]
    if language != "sv":  # The publication has no pages in Swedish.
        texts += told_over_http(server, sent, name, content, language)
    for said in SAID[language]:
        assert all(said in each for each in texts), texts


def told_over_http(server: Served, sent: dict, name: str, content: bytes, language: str) -> list[str]:
    """What a program, a person and a client of the Test Bed are told."""
    answer = ask(server, **sent, params={"lang": language})
    page = ask(server, **sent, params={"lang": language}, headers={"Accept": "text/html"}, follow_redirects=True)
    types = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    body = {"contentToValidate": base64.b64encode(content).decode(), "embeddingMethod": "BASE64", "locale": language}
    body |= {"contentSyntax": types[name.rpartition(".")[2]]}
    bed = httpx.post(f"{server.address}/shacl/lib/api/validate", json=body, timeout=60)
    assert [each.status_code for each in (answer, page, bed)] == [413] * 3
    return [answer.json()["detail"], html.unescape(page.text), bed.json()["message"]]


def runaway_shapes() -> bytes:
    text: str = runaway_query(None)["files"]["shapes"][1]  # type: ignore[arg-type]
    return text.encode()


def test_a_runaway_of_the_test_bed_is_answered_as_clearly(server: Served) -> None:
    rules = [{"ruleSet": base64.b64encode(runaway_shapes()).decode(), "ruleSyntax": "text/turtle"}]
    body = {"contentToValidate": GOOD, "contentSyntax": "text/turtle", "externalRules": rules}
    answer = httpx.post(f"{server.address}/shacl/any/api/validate", json=body, timeout=60)
    assert answer.status_code == 422, answer.text[:500]


def test_a_runaway_on_the_command_line_ends_at_the_limit_that_is_set(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(GOOD)
    (tmp_path / "s.ttl").write_bytes(runaway_shapes())
    command = [sys.executable, "-m", "sotegraph", "validate", "a.ttl", "--shapes", "s.ttl", "--publication", LIBRARY]
    environment = {**os.environ, "SOTEGRAPH_VALIDATION_OWN_SHAPES_LIMIT_MS": "1500"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "1.5 seconds" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_length_of_two_gigabytes_is_refused_before_anything_is_sent(server: Served) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = (
            f"POST /validate HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/turtle\r\nContent-Length: {2 << 30}\r\n\r\n"
        )
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(4096).split(b"\r\n")[0]


def test_a_result_is_found_whichever_process_answers(server: Served) -> None:
    answer = ask(server, content=(HEAD + BAD).encode(), params={"keep": "1"}, headers={"Content-Type": "text/turtle"})
    address = server.address + answer.headers["content-location"]
    assert {httpx.get(address).status_code for _ in range(12)} == {200}
    assert httpx.delete(address).status_code == 204
    assert {httpx.get(address).status_code for _ in range(6)} == {404}


def together(*calls: Callable[[], object]) -> None:
    """Make all *calls* at the same time, and wait for them."""
    threads = [threading.Thread(target=each) for each in calls]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def test_twenty_files_of_one_office_are_all_checked(server: Served) -> None:
    found: list[int] = []
    good = {"content": BAD.encode(), "headers": {"Content-Type": "text/turtle"}}
    together(*[lambda: found.append(ask(server, **good).status_code)] * 20)
    assert found == [200] * 20


def test_a_client_whose_checks_take_long_keeps_nobody_waiting(server: Served) -> None:
    attack, later = runaway_query(None), {"headers": {"Prefer": "respond-async"}}  # type: ignore[arg-type]
    begun = [server.address + ask(server, **attack, **later).headers["location"] for _ in range(4)]
    time.sleep(0.5)
    other = httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=60)
    with other:
        answer = other.post(f"{server.address}/validate", content=BAD, headers={"Content-Type": "text/turtle"})
    assert answer.status_code == 200
    assert {httpx.get(each).status_code for each in begun} == {202}, "not one of those before it is over"
    assert {httpx.delete(each).status_code for each in reversed(begun)} == {204}


def test_a_client_has_only_so_many_checks_under_way_and_removes_them_in_peace(server: Served) -> None:
    attack, later = runaway_query(None), {"headers": {"Prefer": "respond-async"}}  # type: ignore[arg-type]
    answers: list[httpx.Response] = []
    together(*[lambda: answers.append(ask(server, **attack, **later))] * 70)
    assert {each.status_code for each in answers} == {202, 429}
    assert all(1 <= int(each.headers["retry-after"]) <= 120 for each in answers)
    begun = [server.address + each.headers["location"] for each in answers if each.status_code == 202]
    # Removed by whichever process answers, the last first: most of them wait yet.
    started = time.monotonic()
    assert {httpx.delete(each).status_code for each in reversed(begun)} == {204}
    assert time.monotonic() - started < 10
    assert {httpx.get(each).status_code for each in begun} == {404}
    end = time.monotonic() + 4 * SECONDS
    while ask(server, content=BAD.encode(), headers={"Content-Type": "text/turtle"}).status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.5)
    assert "Traceback" not in "".join(server.said)


def test_five_thousand_things_are_checked_while_somebody_looks_how_far_it_is() -> None:
    books = "".join(BOOK.replace("900", f"9{number:05}") for number in range(2_500))
    with serving(LIBRARY, web_workers=2, query_workers=1) as served:
        headers = {"Content-Type": "text/turtle", "Prefer": "respond-async"}
        answer = ask(served, content=(HEAD + books).encode(), headers=headers, params={"lang": "en"})
        assert (answer.status_code, answer.headers["retry-after"]) == (202, "2")
        address, seen, end = served.address + answer.headers["location"], [], time.monotonic() + 60
        while answer.status_code == 202:
            assert time.monotonic() < end
            seen.append((answer.json()["status"], answer.json()["statements"]))
            time.sleep(0.05)
            answer = httpx.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["checked"]["files"][0]["triples"] > 25_000
    order = ["waiting", "reading", "checking"]
    phases = [phase for phase, _ in seen]
    assert phases == sorted(phases, key=order.index), "it never goes back"
    assert ("checking", answer.json()["checked"]["files"][0]["triples"]) in seen
