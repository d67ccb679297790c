"""Years, months and days that are none: engines that do not know their lexical forms are told of another datatype.

SHACL 4.1.2: a literal that is ill-typed does not have the datatype that it names. ``shacl`` and pySHACL know that of
dates and numbers, and take every text for an ``xsd:gYear``.
"""

from __future__ import annotations

import re
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from sotegraph.terms import PREFIXES

_MARK = "urn:x-sotegraph:ill-typed:"
_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR, _MONTH, _DAY = r"-?(?:[1-9]\d{3,}|0\d{3})", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_MONTH_DAY = r"(?!02-3|(?:04|06|09|11)-31)" + f"{_MONTH}-{_DAY}"
_FORMS = {
    PREFIXES["xsd"] + name: re.compile(rf"[ \t\r\n]*{form}{_ZONE}[ \t\r\n]*", re.ASCII)
    for name, form in {
        "gYear": _YEAR,
        "gYearMonth": f"{_YEAR}-{_MONTH}",
        "gMonthDay": f"--{_MONTH_DAY}",
        "gMonth": f"--{_MONTH}",
        "gDay": f"---{_DAY}",
    }.items()
}
"""The lexical forms of XSD 1.1 part 2, 3.3.9 to 3.3.13."""


def marked(triple: Triple) -> Triple:
    """*triple*, with another datatype where its object is ill-typed in a way that not every engine knows.

    >>> from pyoxigraph import Literal
    >>> year = NamedNode(PREFIXES["xsd"] + "gYear")
    >>> [marked(Triple(year, year, Literal(each, datatype=year))).object.datatype == year for each in ("2024", "abc")]
    [True, False]
    """
    node = triple.object
    if not isinstance(node, Literal):
        return triple
    form = _FORMS.get(node.datatype.value)
    if form is None or form.fullmatch(node.value):
        return triple
    return Triple(
        triple.subject, triple.predicate, Literal(node.value, datatype=NamedNode(_MARK + node.datatype.value))
    )


def unmarked(node: Any) -> Any:
    """*node* as it was before it was :func:`marked`."""
    if isinstance(node, Literal) and node.datatype.value.startswith(_MARK):
        return Literal(node.value, datatype=NamedNode(node.datatype.value.removeprefix(_MARK)))
    return node
