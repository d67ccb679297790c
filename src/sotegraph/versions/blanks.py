"""What changed within blank nodes: of which thing, and whether it is more than another label.

Labels are canonical for a version as a whole, so a change of one blank node may give others new labels, and one that
keeps its label may say something else. So what leads to blank nodes is compared by itself: the statements about a thing
and about the blank nodes that it leads to, with labels that depend on nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from sotegraph.store import canonical_lines
from sotegraph.versions.lines import SortedLines, compare

BLANKS = "blanks.tsv"
Within = Mapping[bytes, Sequence[tuple[bytes, bool]]]
"""Of each thing that leads to blank nodes, the lines by which it differs and whether they are new; none at all where
only labels are others."""


def mentions_blank(line: bytes) -> bool:
    """Whether the subject or the object of *line* of N-Quads is a blank node.

    >>> mentions_blank(b'<urn:a> <urn:p> _:c14n0 <urn:g> .'), mentions_blank(b'<urn:a> <urn:p> "> _:b" <urn:g> .')
    (True, False)
    """
    return line.startswith(b"_:") or _object_label(line) is not None


def thing_of(subject: bytes) -> bytes:
    """The IRI of the thing to which the IRI at the beginning of *subject* belongs."""
    return subject[1 : subject.index(b">")].partition(b"#")[0]


def changes_within(changed: Iterable[tuple[bytes, bool]], before: Path, after: Path) -> Within:
    """Return what really changed of the things whose blank nodes are in the lines *changed*.

    *before* and *after* are the sorted statements of the two versions.
    """
    lines = [line for line, _ in changed if mentions_blank(line)]
    if not lines:
        return {}
    things = {thing_of(line) for line in lines if line.startswith(b"<")}
    labels = {line.partition(b" ")[0] for line in lines if line.startswith(b"_:")}
    with SortedLines(before) as olds, SortedLines(after) as news:
        sides = _Side(olds), _Side(news)
        for side in sides:
            things |= side.owners(labels)
        return {each: list(compare(*(side.told(each) for side in sides))) for each in sorted(things)}


def closure(about: Iterable[bytes], starting: Callable[[bytes], Iterable[bytes]]) -> frozenset[bytes]:
    """Return the lines *about* something, and those about the blank nodes that they lead to.

    *starting* gives the lines that begin with something.
    """
    found = set(about)
    fresh = set(found)
    while labels := {label for line in fresh if (label := _object_label(line)) is not None}:
        fresh = {line for label in sorted(labels) for line in starting(label + b" ")} - found
        found |= fresh
    return frozenset(found)


def relabelled(lines: Iterable[bytes]) -> list[bytes]:
    """Return *lines* sorted, with labels of blank nodes that depend on nothing else."""
    known = sorted(lines)
    if not any(map(mentions_blank, known)):
        return known
    return canonical_lines(parse(b"".join(known), RdfFormat.N_QUADS))


def within_lines(within: Within) -> Iterator[bytes]:
    """A line for each change in *within*: the IRI of the thing, + or -, and the statement."""
    yield from sorted(
        b"%b\t%b\t%b" % (each, b"+" if new else b"-", line) for each in within for line, new in within[each]
    )


def read_within(blanks: SortedLines, thing: str) -> list[tuple[bytes, bool]]:
    """What :func:`within_lines` wrote of *thing* into *blanks*, if anything."""
    prefix = f"{thing}\t".encode()
    told = [line[len(prefix) :].split(b"\t", 1) for line in blanks.starting(prefix)]
    return [(line, sign == b"+") for sign, line in told]


def _object_label(line: bytes) -> bytes | None:
    """The label of the blank node that is the object of *line*, if it is one."""
    value = line.split(b" ", 2)[2]
    return value.partition(b" ")[0] if value.startswith(b"_:") else None


class _Side:
    """The statements of one of the two versions."""

    def __init__(self, lines: SortedLines) -> None:
        self.lines = lines

    def told(self, thing: bytes) -> list[bytes]:
        return relabelled(closure(self.lines.about(thing.decode()), self.lines.starting))

    def owners(self, labels: Iterable[bytes]) -> set[bytes]:
        """The things that lead to the blank nodes with these *labels*."""
        found, seen, ahead = set[bytes](), set(labels), list(labels)
        while ahead:
            for subject in self._referring.get(ahead.pop(), ()):
                if subject.startswith(b"<"):
                    found.add(thing_of(subject))
                elif subject not in seen:
                    seen.add(subject)
                    ahead.append(subject)
        return found

    @cached_property
    def _referring(self) -> Mapping[bytes, list[bytes]]:
        """The subjects of the statements whose object is a blank node, by its label."""
        found: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for line in self.lines.containing(b"> _:"):
            if (label := _object_label(line)) is not None:
                found[label].append(line.partition(b" ")[0])
        return found
