"""The machinery knows no domain: no name or label of a term minted by the bundled publication stands in ``src/``.

Words that the machinery needs in their general sense are looked for with the publication's prefix only.
"""

import re
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from sotegraph.publication import read_publication
from sotegraph.terms import term

ROOT = Path(__file__).parents[1]
GENERAL_WORDS = {
    *("activity", "confidence", "level", "member", "operator", "part", "parts", "rule", "whole"),
    *("applied", "budget", "element of", "latest", "negotiation", "position", "section", "term of", "year"),
    *("osa", "kokonaisuus", "vuosi", "del", "helhet", "år"),
    *("koskee", "gäller", "senast", "ristiriidassa", "väittämä", "påstående"),
    "region",  # an ARIA role
    "säkerhet",  # in the EU's names for themes of data
    "sivusto",
}
SUFFIXES = {".py", ".html", ".po", ".css", ".rq", ".ttl", ".svg", ".xml", ".txt"}


def minted_names(namespace: str) -> dict[str, set[str]]:
    """Local name → labels of each term that the vocabulary of the bundled publication defines."""
    publication = read_publication(ROOT)
    found: dict[str, set[str]] = {}
    for file in publication.files:
        if "ontology" not in file.path.parts:
            continue
        for quad in publication.read(file):
            subject = quad.subject
            if isinstance(subject, NamedNode) and subject.value.startswith(namespace + "#"):
                labels = found.setdefault(subject.value.rpartition("#")[2], set())
                if quad.predicate == term("rdfs:label") and isinstance(quad.object, Literal):
                    labels.add(quad.object.value)
    return found


def source_texts() -> dict[Path, str]:
    # What others ask of descriptions of theirs is said in their words, and their terms are called what they call them.
    theirs = {"external", "standard.ttl"}
    files = (path for path in (ROOT / "src").rglob("*") if path.suffix in SUFFIXES and not theirs & {*path.parts})
    return {path: path.read_text("utf-8") for path in files if "bundled" not in path.parts}


def occurrences(words: set[str], texts: dict[Path, str]) -> list[str]:
    pattern = re.compile(r"(?<![\w-])(" + "|".join(sorted(map(re.escape, words))) + r")(?![\w-])", re.IGNORECASE)
    return [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path, text in texts.items()
        for match in pattern.finditer(text)
    ]


def test_no_minted_name_or_label_stands_in_the_machinery():
    names = minted_names("https://w3id.org/sotegraph/ns/sote")
    assert len(names) > 15
    words = {word for name, labels in names.items() for word in (name, *labels) if word.casefold() not in GENERAL_WORDS}
    assert len(words) > 60
    assert occurrences(words, source_texts()) == []


def test_the_namespace_itself_stands_nowhere_in_the_machinery():
    assert occurrences({"ns/sote"}, source_texts()) == []
    assert not any("sote:" in text for text in source_texts().values())


def test_a_planted_word_would_be_found():
    planted = {ROOT / "src" / "planted.py": "segment = 'Municipality'"}
    assert occurrences({"municipality"}, planted) == ["src/planted.py: Municipality"]
