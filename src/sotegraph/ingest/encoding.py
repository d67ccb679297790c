"""Text as people's programs write it: UTF-8 with or without a byte order mark, UTF-16, Windows-1252, code page 850."""

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
NOT_UTF8 = "a character is not in UTF-8"
"""What is said of RDF in another encoding."""
# In code page 850, å, ä, é, ö and ü are where Windows-1252 has quotation marks and the like, which stand at the ends of
# words; their capitals where it has letters of other languages.
_IN_850 = re.compile(
    rb"(?<=[A-Za-z])\x84|\x94\x94|(?<=[A-Za-z])[\x81\x82\x86\x94]+(?=[a-z])|"
    rb"(?<![A-Za-z])[\x8e\x8f\x99](?=[A-Za-z])|(?<=[A-Z])[\x8e\x8f\x99]+(?=[A-Z])"
)
_IN_1252 = re.compile(rb"[\xc4\xc5\xc9\xd6\xdc\xe4\xe5\xe9\xf6\xfc]")


def decode(content: bytes) -> str:
    """Return *content* as text, without a byte order mark; what is no Unicode is Windows-1252, or code page 850.

    >>> decode("Ähtäri;Å".encode("cp1252"))
    'Ähtäri;Å'
    >>> decode("Ähtäri".encode("utf-16"))
    'Ähtäri'
    >>> decode("Ähtäri;Närpiö".encode("cp850"))
    'Ähtäri;Närpiö'
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
        old = len(_IN_850.findall(content)) > len(_IN_1252.findall(content))
        return content.decode("cp850" if old else "cp1252", "replace")


def to_utf8(content: bytes) -> bytes:
    """Return RDF in UTF-8, as its parsers want it: marked text re-encoded, XML as it declares itself.

    What is neither has to be UTF-8, as every RDF syntax but XML is by definition (RDF 1.1 Turtle section 6): raises
    SyntaxError with the place of the first byte that is not. Raises LookupError for an encoding that nobody knows.
    """
    found = _to_utf8(content)
    try:
        found.decode()
    except UnicodeDecodeError as error:
        before = found[: error.start].decode().replace("\r\n", "\n").replace("\r", "\n")
        place = (None, before.count("\n") + 1, len(before) - before.rfind("\n"), None)
        raise SyntaxError(NOT_UTF8, place) from None
    return found


def _to_utf8(content: bytes) -> bytes:
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
