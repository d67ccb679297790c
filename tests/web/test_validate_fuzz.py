"""Whatever is sent to the validator, the answer is 2xx or 4xx, one shape for errors, and the next request is fine.

For as long as ``SOTEGRAPH_TEST_FUZZ_S`` says (seconds; five minutes in the build), bodies, forms, types and options are
made up: good files with bytes changed, JSON-LD, shapes, workbooks and tables that are right by their syntax and odd by
their structure, and options that nobody knows.
"""

from __future__ import annotations

import base64
import os
import random
import time
from collections import Counter
from collections.abc import Iterator

import httpx2 as httpx
import pytest

from tests.conftest import LIBRARY
from tests.ingest.sending import BAD
from tests.serving import Served, serving
from tests.web.made_up import body, shapes

pytestmark = pytest.mark.slow
SECONDS = float(os.environ.get("SOTEGRAPH_TEST_FUZZ_S", "20"))
TYPES = (
    *("text/turtle", "application/trig", "application/n-triples", "application/n-quads", "application/rdf+xml"),
    *("application/ld+json", "text/csv", "application/octet-stream", "text/plain", "image/png", "multipart/form-data"),
    *("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "multipart/form-data; boundary=b", ""),
    *("application/x-www-form-urlencoded", "application/json", "text/turtle; charset=x"),
)
NAMES = (
    *("a.ttl", "a.csv", "a.xlsx", "a.jsonld", "a.rdf", "a", "", "..", "a.pdf", "ä.ttl", "a.ttl.gz"),
    *("x" * 300, "a\x00.ttl"),
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


def options(chance: random.Random) -> dict[str, str]:
    """Options of a request, mostly few."""
    return {name: chance.choice(values) for name, values in OPTIONS.items() if chance.random() < 0.1}


def request(chance: random.Random) -> dict[str, object]:
    """What one request sends."""
    params = options(chance)
    headers = {"Accept": chance.choice(ACCEPTS)} if chance.random() < 0.2 else {}
    if chance.random() < 0.5:
        content, _, media_type = body(chance)
        kind = media_type if chance.random() < 0.7 else chance.choice(TYPES)
        return {"params": params, "content": content, "headers": {**headers, "Content-Type": kind}}
    sent = [part(chance) for _ in range(chance.randrange(1, 4))]
    data = options(chance)
    if chance.random() < 0.3:
        data["text"] = body(chance)[0].decode("utf-8", "replace")
    return {"params": params, "headers": headers, "files": sent, "data": data}


def part(chance: random.Random) -> tuple[str, tuple[str, bytes]]:
    """A file of a form, as data or as shapes."""
    name = chance.choice(("file", "file", "file", "shapes", "other"))
    content, suffix, _ = body(chance)
    if name == "shapes" and chance.random() < 0.7:
        content, suffix = shapes(chance), "ttl"
    return name, (f"a.{suffix}" if chance.random() < 0.7 else chance.choice(NAMES), content)


def bed_request(chance: random.Random) -> dict[str, object]:
    """What one request to the other interface sends."""
    content, _, media_type = body(chance)
    values = (True, False, None, 7, "x", [], {}, body(chance)[0].decode("latin-1"), "URL", "BASE64", "text/turtle")
    names = (
        "contentSyntax",
        "embeddingMethod",
        "validationType",
        "reportSyntax",
        "reportQuery",
        "externalRules",
        "locale",
    )
    document = {"contentToValidate": base64.b64encode(content).decode(), "contentSyntax": media_type}
    if chance.random() < 0.3:
        document["contentToValidate"] = content.decode("utf-8", "replace")
    if chance.random() < 0.2:
        rule = {"ruleSet": base64.b64encode(shapes(chance)).decode(), "ruleSyntax": "text/turtle"}
        document["externalRules"] = [rule | {"embeddingMethod": "BASE64"}]
    document |= {name: chance.choice(values) for name in names if chance.random() < 0.07}
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
            sent = bed_request(chance) if to_testbed else request(chance)
            answer = client.post(server.address + address, **sent)  # type: ignore[arg-type]
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
