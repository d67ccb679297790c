"""What is long enough is sent as gzip to those who take it: other bytes, another validator (RFC 9110 8.8.3.3)."""

import gzip

import pytest

from sotegraph.web.answers import Answer

LONG = ["/doc/book/1", "/doc/book/1.ttl", "/book", "/", "/shapes", "/ns/lib"]


def raw(client, path, **headers):
    """The answer with its body as it was sent."""
    answer = client.get(path, **headers)
    coded = answer.headers.get("content-encoding")
    return answer, gzip.compress(answer.content, 6, mtime=0) if coded == "gzip" else answer.content


@pytest.mark.parametrize("path", LONG)
def test_a_long_answer_is_sent_compressed_to_those_who_take_that(client, path):
    plain, whole = raw(client, path, accept_encoding="identity")
    answer, body = raw(client, path, accept_encoding="gzip;q=0.5, br")
    assert "content-encoding" not in plain.headers
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == whole
    assert int(answer.headers["content-length"]) == len(body) < len(whole)
    assert "Accept-Encoding" in answer.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]


def test_each_encoding_has_a_strong_tag_of_its_own_and_either_is_known(client):
    tags = [client.get("/doc/book/1.ttl", accept_encoding=each).headers["etag"] for each in ("identity", "gzip")]
    assert tags[1] == f'{tags[0][:-1]}-gzip"'
    for tag in tags:
        for encoding in ("identity", "gzip"):
            again = client.get("/doc/book/1.ttl", accept_encoding=encoding, if_none_match=tag)
            assert (again.status_code, again.content) == (304, b"")
            assert "content-encoding" not in again.headers


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *"])
def test_who_does_not_take_it_gets_the_bytes_as_they_are(client, accepted):
    assert "content-encoding" not in client.get("/doc/book/1", accept_encoding=accepted).headers


def test_what_is_short_is_sent_as_it_is(client):
    assert "content-encoding" not in client.get("/favicon.ico", accept_encoding="gzip").headers
    assert not Answer(b"short", "text/plain").compressible


def test_an_answer_is_compressed_once_and_alike_each_time():
    answer = Answer(b"a" * 5_000, "text/plain")
    assert answer.compressed is answer.compressed
    assert answer.compressed == Answer(b"a" * 5_000, "text/plain").compressed
    assert gzip.decompress(answer.compressed) == answer.body
