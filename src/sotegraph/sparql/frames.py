"""What a worker and its client say to each other: frames of a kind, a length and a payload.

The worker greets with its process id, whether it is kept for short queries, and the seconds it has been busy so far;
the client asks; the worker sends the form of the result, pieces of it, and the end. A failure stands in place of
whatever would come next. A connection that closes before the end or a failure means that the worker is no more.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sotegraph import errors
from sotegraph.errors import PublisherError

_HEAD = struct.Struct("!cI")
HEAD_BYTES = _HEAD.size


class Kind(Enum):
    """What a frame means."""

    GREETING = b"g"
    REQUEST = b"q"
    FORM = b"f"
    PIECE = b"p"
    END = b"e"
    FAILURE = b"x"


@dataclass(frozen=True)
class Frame:
    """One message."""

    kind: Kind
    payload: bytes = b""

    def encode(self) -> bytes:
        r"""The frame as it travels.

        >>> Frame(Kind.PIECE, b"ab").encode()
        b'p\x00\x00\x00\x02ab'
        """
        return encode_head(self.kind, len(self.payload)) + self.payload

    @classmethod
    def of(cls, kind: Kind, value: Any) -> Frame:
        """A frame that carries a JSON value."""
        return cls(kind, json.dumps(value, default=str).encode())

    def value(self) -> Any:
        """The JSON value that the frame carries."""
        return json.loads(self.payload.decode())


def encode_head(kind: Kind, length: int) -> bytes:
    """Return what stands before a payload of this *length*."""
    return _HEAD.pack(kind.value, length)


def decode_head(head: bytes) -> tuple[Kind, int]:
    """Return the kind and the length of the payload that follows; raises ValueError for what is no head."""
    kind, length = _HEAD.unpack(head)
    return Kind(kind), length


def failure(error: PublisherError) -> Frame:
    """Return the frame that carries *error*."""
    attributes = {name: value for name, value in vars(error).items() if name not in ("template", "values")}
    return Frame.of(
        Kind.FAILURE,
        {"kind": error.kind, "template": error.template, "values": error.values, "attributes": attributes},
    )


def error_of(frame: Frame) -> PublisherError:
    """Return the error that a failure frame carries, of the same class: the other end of :func:`failure`."""
    told = frame.value()
    class_ = _classes().get(told["kind"], PublisherError)
    # The constructors of some leaves derive their values from other arguments; here the values are known already.
    error = class_.__new__(class_)
    PublisherError.__init__(error, told["template"], **told["values"])
    for name, value in told["attributes"].items():
        setattr(error, name, tuple(value) if isinstance(value, list) else value)
    return error


def _classes() -> Mapping[str, type[PublisherError]]:
    return {each.kind: each for each in _descendants(errors.PublisherError)}


def _descendants(class_: type[PublisherError]) -> Iterator[type[PublisherError]]:
    """The leaves after what they specialise, so that the last of one kind is the most special."""
    yield class_
    for each in class_.__subclasses__():
        yield from _descendants(each)
