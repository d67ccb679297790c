"""The format a client is sent follows RFC 9110 section 12.5.1: weights, specificity, exclusion, the server's order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sotegraph.errors import NotAcceptable
from sotegraph.formats import (
    DOCUMENT_FORMATS,
    GRAPH_FORMATS,
    by_media_type,
    by_suffix,
    choose_language,
    negotiate,
    weigh,
)

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, "html"),
        ("", "html"),
        ("*/*", "html"),
        (FIREFOX, "html"),
        ("text/turtle", "ttl"),
        ("TEXT/TURTLE", "ttl"),
        ("text/turtle; charset=utf-8", "ttl"),
        ('application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("application/json", "json"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.6", "rdf"),
        ("text/turtle;q=0.5, application/ld+json;q=0.5", "ttl"),
        ("text/*", "html"),
        ("application/*", "jsonld"),
        ("*/*, text/html;q=0", "ttl"),
        ("text/html;q=0, text/turtle;q=0, */*;q=0.1", "jsonld"),
        ("text/*;q=0.9, text/turtle;q=0.1, application/n-triples;q=0.5", "html"),
        ("application/xml", "rdf"),
        ("text/plain", "nt"),
        ("image/png, text/turtle;q=0.1", "ttl"),
        ("text/turtle;q=nonsense, application/ld+json;q=0.1", "jsonld"),
    ],
)
def test_the_preferred_form_is_sent(accept, suffix):
    assert negotiate(accept, DOCUMENT_FORMATS).suffix == suffix


@pytest.mark.parametrize("accept", ["image/png", "text/html;q=0", "*/*;q=0", "nonsense"])
def test_nothing_acceptable_is_an_error_that_lists_what_is_offered(accept):
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, DOCUMENT_FORMATS[:1])
    assert caught.value.offered == ("text/html",)
    assert "text/html" in str(caught.value)


@given(st.text())
def test_any_header_gives_a_form_or_a_clear_refusal(accept):
    try:
        assert negotiate(accept, GRAPH_FORMATS) in GRAPH_FORMATS
    except NotAcceptable:
        assert accept.strip()


@given(st.sets(st.sampled_from(GRAPH_FORMATS)), st.sampled_from(GRAPH_FORMATS))
def test_an_excluded_type_is_never_sent(excluded, wanted):
    refusals = ", ".join(f"{form.media_type};q=0" for form in excluded)
    header = f"{wanted.media_type}, */*;q=0.1" + (f", {refusals}" if refusals else "")
    if len(excluded) < len(GRAPH_FORMATS):
        assert negotiate(header, GRAPH_FORMATS) not in excluded - {wanted}


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "fi"),
        ("sv", "sv"),
        ("sv-FI,sv;q=0.9,en;q=0.8", "sv"),
        ("de, en;q=0.1", "en"),
        ("de", "fi"),
        ("fi;q=0, sv;q=0.1", "sv"),
        ("*", "fi"),
    ],
)
def test_the_language_is_looked_up_by_weight_and_primary_tag(accept, language):
    assert choose_language(accept, ("fi", "sv", "en")) == language


def test_a_suffix_and_a_media_type_lead_to_the_same_row():
    for form in GRAPH_FORMATS:
        assert by_suffix(form.suffix, GRAPH_FORMATS) is form
        assert by_media_type(form.content_type, GRAPH_FORMATS) is form


def test_of_a_long_header_only_the_beginning_is_read():
    assert len(weigh(",".join(f"a/{number}" for number in range(10_000)))) == 64
    assert weigh("text/turtle, " + "a" * 5_000) == [("text/turtle", 1.0)]
    assert weigh("a" * 5_000) == []
    assert negotiate("a/b," * 63 + "text/turtle", DOCUMENT_FORMATS).suffix == "ttl"
    with pytest.raises(NotAcceptable):
        negotiate("a/b," * 64 + "text/turtle", DOCUMENT_FORMATS)
    assert choose_language("de," * 64 + "en", ("fi", "sv", "en")) == "fi"
