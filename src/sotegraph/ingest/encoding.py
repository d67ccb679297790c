"""Text as people's programs write it: UTF-8 with or without a byte order mark, UTF-16, Windows-1252."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^(\s*<\?xml[^>]*?)(\sencoding\s*=\s*["']([\w.-]+)["'])""")
_LOOKED_AT = 4_096


def decode(content: bytes) -> str:
    """Return *content* as text, without a byte order mark; what is no Unicode is taken for Windows-1252.

    >>> decode("Ähtäri;Å".encode("cp1252"))
    'Ähtäri;Å'
    >>> decode("Ähtäri".encode("utf-16"))
    'Ähtäri'
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    start = content[:_LOOKED_AT]
    for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        # Western text in UTF-16 has a zero byte in every other place.
        if len(zeros) > 3 and zeros.count(0) > len(zeros) * 0.6:
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def to_utf8(content: bytes) -> bytes:
    """Return RDF in UTF-8, as its parsers want it: marked text re-encoded, XML as it declares itself.

    What is neither stays as it is, because every RDF syntax but XML is UTF-8 by definition. Raises LookupError for an
    encoding that nobody knows.
    """
    if content.startswith(tuple(mark for mark, _ in _MARKS)):
        content = decode(content).encode()
    declared = _DECLARED.match(content)
    if not declared:
        return content
    encoding = declared[3].decode()
    if codecs.lookup(encoding).name in ("utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        return _DECLARED.sub(_blanked, content)
    return _DECLARED.sub(_blanked, content.decode(encoding, "replace").encode())


def _blanked(match: re.Match[bytes]) -> bytes:
    return match[1] + b" " * len(match[2])
