"""The texts of results: the shape's own messages, else a default one per constraint component, values filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sotegraph.terms import PREFIXES, shorten

DEFAULTS: Mapping[str, str] = {
    "AndConstraintComponent": "The value {value} does not fulfil all of the shapes {and}. Correct it.",
    "ClassConstraintComponent": "The value {value} is not of class {class}. Give one that is, or state its class.",
    "ClosedConstraintComponent": "The property {path} is not allowed here. Remove it.",
    "DatatypeConstraintComponent": "The value {value} is not a valid {datatype}. Correct the value or its datatype.",
    "DisjointConstraintComponent": "The value {value} may not also be a value of {disjoint}. Remove one of the two.",
    "EqualsConstraintComponent": "The values of {path} and {equals} differ. Make them the same.",
    "HasValueConstraintComponent": "The value {hasValue} is missing. Add it.",
    "InConstraintComponent": "The value {value} is none of the allowed ones: {in}. Give one of these.",
    "LanguageInConstraintComponent": "The language of {value} is none of {languageIn}. Correct the language tag.",
    "LessThanConstraintComponent": "The value {value} is not less than that of {lessThan}. Correct one of the two.",
    "LessThanOrEqualsConstraintComponent": (
        "The value {value} is greater than that of {lessThanOrEquals}. Correct one of the two."
    ),
    "MaxCountConstraintComponent": "There are more than {maxCount} values of {path}. Keep the right ones.",
    "MaxExclusiveConstraintComponent": "The value {value} is not less than {maxExclusive}. Correct it.",
    "MaxInclusiveConstraintComponent": "The value {value} is greater than {maxInclusive}. Correct it.",
    "MaxLengthConstraintComponent": "The value {value} is longer than {maxLength} characters. Shorten it.",
    "MinCountConstraintComponent": "There are fewer than {minCount} values of {path}. Add what is missing.",
    "MinExclusiveConstraintComponent": "The value {value} is not greater than {minExclusive}. Correct it.",
    "MinInclusiveConstraintComponent": "The value {value} is less than {minInclusive}. Correct it.",
    "MinLengthConstraintComponent": "The value {value} is shorter than {minLength} characters. Complete it.",
    "NodeConstraintComponent": "The value {value} does not fulfil the shape {node}. Correct what it says.",
    "NodeKindConstraintComponent": "The value {value} is not of the kind {nodeKind}. Write it as one.",
    "NotConstraintComponent": "The value {value} fulfils the shape {not}, which it may not. Correct it.",
    "OrConstraintComponent": "The value {value} fulfils none of the shapes {or}. Correct it.",
    "PatternConstraintComponent": "The value {value} does not match the pattern {pattern}. Correct it.",
    "PropertyConstraintComponent": "The value {value} does not fulfil the shape {property}. Correct what it says.",
    "QualifiedMaxCountConstraintComponent": (
        "There are more than {qualifiedMaxCount} values of {path} of the kind described. Keep the right ones."
    ),
    "QualifiedMinCountConstraintComponent": (
        "There are fewer than {qualifiedMinCount} values of {path} of the kind described. Add what is missing."
    ),
    "SPARQLConstraintComponent": "A rule of the shape is broken. Correct the value {value}.",
    "UniqueLangConstraintComponent": "There is more than one value of {path} in one language. Keep one of them.",
    "XoneConstraintComponent": "The value {value} does not fulfil exactly one of the shapes {xone}. Correct it.",
}
"""What is said of a result whose shape has no message, by the local name of the constraint component."""
NAMED: Mapping[str, str] = {
    "MinCountConstraintComponent": "“{name}” is missing. Add {path}.",
    "MaxCountConstraintComponent": "“{name}” has more than one value. Keep the right one of {path}.",
    "OrConstraintComponent": "“{name}”: the value {value} is nothing that may stand here. Correct it.",
}
"""What is said instead where the shape has a name for its field; of counts, where they are 1."""
NAMED_DEFAULT = "“{name}”: {message}"
"""What is said where the shape has a name, of every other component."""
CUSTOM_DEFAULT = "The value {value} breaks a constraint of the shape. Correct it."
"""The same for components that a shapes graph defines itself."""

# SHACL 5.3.2 writes {$this} and {?value}; the catalogue of messages writes {value}.
_PLACEHOLDER = re.compile(r"\{[$?]?(\w+)\}")


def fill(template: str, values: Mapping[str, str], engine_texts: Iterable[str] = ()) -> str:
    """Return *template* with its placeholders filled; one without a value is taken from the engine's own text.

    >>> fill("{?value} is not {$maxCount}.", {"value": "7", "maxCount": "6"})
    '7 is not 6.'
    >>> fill("{$this} meets {?other}.", {"this": "a"}, ["Something else.", "a meets b."])
    'a meets b.'
    """
    known = dict(values)
    if any(name not in known for name in _PLACEHOLDER.findall(template)):
        known |= _read_back(template, engine_texts)
    return _PLACEHOLDER.sub(lambda match: known.get(match[1], match[0]), template)


def _read_back(template: str, engine_texts: Iterable[str]) -> Mapping[str, str]:
    """The values the engine put into *template*: only it knows the other variables of a solution."""
    pattern, seen, end = "", set(), 0
    for match in _PLACEHOLDER.finditer(template):
        name = match[1]
        pattern += re.escape(template[end : match.start()])
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
        seen.add(name)
        end = match.end()
    pattern += re.escape(template[end:])
    matches = (re.fullmatch(pattern, text, re.DOTALL) for text in engine_texts)
    return next((match.groupdict() for match in matches if match), {})


def compact_path(path: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return SPARQL path text with compact names where a prefix fits.

    >>> compact_path("^<http://purl.org/dc/terms/source>")
    '^dct:source'
    """
    return re.sub(r"<([^<>]*)>", lambda match: shorten(match[1], prefixes), path)
