"""Whatever is sent to the validator, the answer is 2xx or 4xx, one shape for errors, and the next request is fine.

For as long as ``SOTEGRAPH_TEST_FUZZ_S`` says (seconds; five minutes in the build), bodies, forms, types and options are
made up: good files with bytes changed, pieces of every syntax put together, and options that nobody knows.
"""

from __future__ import annotations

import io
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator

import httpx2 as httpx
import pytest
from openpyxl import Workbook

from tests.conftest import LIBRARY
from tests.ingest.sending import BAD, GOOD, OWN_SHAPES
from tests.serving import Served, serving

pytestmark = pytest.mark.slow
SECONDS = float(os.environ.get("SOTEGRAPH_TEST_FUZZ_S", "20"))
TYPES = (
    *("text/turtle", "application/trig", "application/n-triples", "application/n-quads", "application/rdf+xml"),
    *(
        "application/ld+json",
        "text/csv",
        "application/octet-stream",
        "text/plain",
        "image/png",
        "",
        "multipart/form-data",
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    *(
        "multipart/form-data; boundary=b",
        "application/x-www-form-urlencoded",
        "application/json",
        "text/turtle; charset=x",
    ),
)
PIECES = (
    *(
        '"""',
        "<",
        ">",
        "@prefix a: <urn:a:> .",
        "_:b",
        "[",
        "]",
        "(",
        ")",
        "^^",
        "@en",
        "\\u0000",
        "\x00",
        "é",
        "\ud7ff",
    ),
    *(
        '{"@context":',
        '{"@id":"',
        '"@graph":[',
        "}",
        "<?xml version='1.0'?>",
        "<rdf:RDF>",
        "&amp;",
        "]]>",
        ";",
        ",",
        "\t",
    ),
    *(
        "\r\n",
        "--b",
        'Content-Disposition: form-data; name="file"; filename="a.ttl"',
        "PK\x03\x04",
        "\x1f\x8b",
        "9" * 400,
    ),
    *(
        "a lib:Book",
        "<https://library.example/id/book/1>",
        "sh:minCount",
        "dct:title",
        "%PDF",
        "\ufeff",
        "=1+1",
        "9" * 400,
    ),
)
NAMES = (
    "a.ttl",
    "a.csv",
    "a.xlsx",
    "a.jsonld",
    "a.rdf",
    "a",
    "",
    "..",
    "a.pdf",
    "ä.ttl",
    "a.ttl.gz",
    "x" * 300,
    "a\x00.ttl",
)
OPTIONS = {
    "profile": ("submission", "publication", "no", "", "é"),
    "context": ("published", "none", "no"),
    "imports": ("ignore", "no"),
    "format": ("json", "ttl", "csv", "xlsx", "sarif", "junit", "trl", "trl-json", "text", "html", "no"),
    "lang": ("fi", "en", "xx"),
    "keep": ("1", "0"),
    "name": NAMES,
    "syntax": ("ttl", "csv", "no"),
}
ACCEPTS = ("*/*", "text/html", "text/turtle", "application/json", "image/png", "text/csv", "x", "")


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    for row in (("Nimeke", "Laji", "Sivumäärä"), ("Kirja", "novel", "x"), ("=1+1", None, 7)):
        sheet.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


SEEDS = (
    GOOD.encode(),
    BAD.encode(),
    OWN_SHAPES.encode(),
    b"Nimeke;Laji;Sivum\xe4\xe4r\xe4\nKirja;romaani;12\n;;\n",
    json.dumps({"@context": {"@vocab": "https://library.example/ns/lib#"}, "@type": "Book", "pages": "x"}).encode(),
    b"<?xml version='1.0'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
    workbook(),
)


def body(chance: random.Random) -> bytes:
    """Bytes that are nearly a file, or nothing of the kind."""
    content = bytearray(chance.choice(SEEDS))
    for _ in range(chance.choice((0, 0, 1, 2, 5, 40))):
        place = chance.randrange(len(content) + 1)
        change = chance.randrange(4)
        if change == 0:
            content[place:place] = chance.choice(PIECES).encode("utf-8", "surrogatepass")
        elif change == 1:
            content[place : place + 1] = bytes([chance.randrange(256)])
        elif change == 2:
            del content[place : place + chance.randrange(1, 60)]
        else:
            content[place:place] = content[: chance.randrange(200)]
    return bytes(content)


def request(chance: random.Random) -> dict[str, object]:
    """The options of one request."""
    params = {name: chance.choice(values) for name, values in OPTIONS.items() if chance.random() < 0.2}
    headers = {"Accept": chance.choice(ACCEPTS)} if chance.random() < 0.5 else {}
    if chance.random() < 0.5:
        kind = chance.choice(TYPES)
        return {"params": params, "content": body(chance), "headers": {**headers, "Content-Type": kind}}
    sent = [
        (chance.choice(("file", "file", "shapes", "other")), (chance.choice(NAMES), body(chance)))
        for _ in range(chance.randrange(4))
    ]
    data = {name: chance.choice(values) for name, values in OPTIONS.items() if chance.random() < 0.2}
    if chance.random() < 0.3:
        data["text"] = body(chance).decode("utf-8", "replace")
    return {"params": params, "headers": headers, "files": sent or None, "data": data}


def bed_request(chance: random.Random) -> dict[str, object]:
    """The options of one request to the other interface."""
    values = (True, False, None, 7, "x", [], {}, body(chance).decode("latin-1"), "URL", "BASE64", "text/turtle")
    names = (
        "contentSyntax",
        "embeddingMethod",
        "validationType",
        "reportSyntax",
        "reportQuery",
        "externalRules",
        "locale",
    )
    document = {"contentToValidate": body(chance).decode("utf-8", "replace")}
    document |= {name: chance.choice(values) for name in names if chance.random() < 0.25}
    return {"json": [document] if chance.random() < 0.1 else document}


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving(LIBRARY, web_workers=2, query_workers=1, validation_time_limit_ms=8_000) as served:
        yield served


def test_nothing_that_is_sent_breaks_the_validator(server: Served) -> None:
    seed = int(os.environ.get("SOTEGRAPH_TEST_FUZZ_SEED", time.time()))
    chance, statuses, end = random.Random(seed), Counter[int](), time.monotonic() + SECONDS
    with httpx.Client(timeout=60) as client:
        while time.monotonic() < end:
            to_testbed = chance.random() < 0.25
            address = "/shacl/lib/api/validate" if to_testbed else "/validate"
            options = bed_request(chance) if to_testbed else request(chance)
            answer = client.post(server.address + address, **options)  # type: ignore[arg-type]
            statuses[answer.status_code] += 1
            assert answer.status_code < 500, f"seed {seed}:\n" + "".join(server.said[-40:])
            assert (
                answer.status_code in (200, 202, 303)
                or "html" in answer.headers["content-type"]
                or answer.json()["kind"]
            )
        answer = client.post(
            server.address + "/validate", content=BAD.encode(), headers={"Content-Type": "text/turtle"}
        )
    assert answer.json()["conforms"] is False
    assert statuses[200] > 5
    assert {400, 415} <= statuses.keys()
    print(f"seed {seed}: {sum(statuses.values())} requests in {SECONDS:g} s, {dict(statuses)}")
