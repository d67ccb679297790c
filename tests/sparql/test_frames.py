"""A frame that is sent is the frame that arrives, and an error keeps its class, its words and what it knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sotegraph import errors
from sotegraph.sparql import QueryRequest
from sotegraph.sparql.frames import HEAD_BYTES, Frame, Kind, decode_head, error_of, failure

PLAIN = st.none() | st.booleans() | st.integers() | st.text()


@given(st.lists(st.builds(Frame, st.sampled_from(Kind), st.binary(max_size=300)), max_size=8))
def test_a_stream_of_frames_is_read_as_it_was_written(frames):
    stream = b"".join(frame.encode() for frame in frames)
    read = []
    while stream:
        kind, length = decode_head(stream[:HEAD_BYTES])
        read.append(Frame(kind, stream[HEAD_BYTES : HEAD_BYTES + length]))
        stream = stream[HEAD_BYTES + length :]
    assert read == frames


@given(st.dictionaries(st.text(), PLAIN))
def test_a_value_is_read_as_it_was_written(value):
    assert Frame.of(Kind.REQUEST, value).value() == value


@given(
    st.builds(
        QueryRequest,
        text=st.text(),
        default_graphs=st.tuples(st.text()) | st.just(()),
        named_graphs=st.tuples(st.text(), st.text()),
        bindings=st.none() | st.text(),
        base_iri=st.none() | st.text(),
        time_limit_ms=st.integers(1),
    )
)
def test_a_request_is_read_as_it_was_written(request):
    assert QueryRequest.from_json(Frame.of(Kind.REQUEST, request.to_json()).value()) == request


@pytest.mark.parametrize("head", [b"?\0\0\0\1", b"\0\0\0\0\0"])
def test_what_is_no_head_is_an_error(head):
    with pytest.raises(ValueError):
        decode_head(head)


ERRORS = [
    errors.MalformedQuery("Line {line}: {problem}.", line=3, column=7, problem='a "{word}"'),
    errors.QueryRefused("No {thing}.", thing="SERVICE"),
    errors.BadRequest("Wrong."),
    errors.NotAcceptable("Offered: {offered}.", offered=("text/csv", "text/html")),
    errors.TimeLimitReached("After {limit}.", limit=10),
    errors.MemoryLimitReached("No memory."),
    errors.ResultLimitReached("Too long."),
    errors.Overloaded("Busy."),
    errors.PublisherError("Broken."),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_arrives_as_what_it_was(error):
    arrived = error_of(Frame(Kind.FAILURE, failure(error).payload))
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)
    assert arrived.headers() == error.headers()
