"""Pages as trees: enough of an HTML reader to ask what a page says, strict about what has to be closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))


@dataclass
class Element:
    """An element with its attributes, its children (elements and texts) and the element around it."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, white space collapsed."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            yield from (child,) if isinstance(child, str) else child._texts()

    @property
    def language(self) -> str | None:
        """The language of the text inside, inherited if need be."""
        if "lang" in self.attributes:
            return self.attributes["lang"]
        return self.parent.language if self.parent else None

    def all(self, tag: str | None = None, **attributes: str) -> list[Element]:
        """The elements inside, in order, that have this tag and these attributes (``class_`` one of its classes)."""
        return [each for each in self._elements() if each.is_like(tag, attributes)]

    def one(self, tag: str | None = None, **attributes: str) -> Element:
        """The only element inside that is like this."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]

    def is_like(self, tag: str | None, attributes: dict[str, str]) -> bool:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        kind = wanted.pop("class", None)
        has_kind = kind is None or kind in self.attributes.get("class", "").split()
        return tag in (None, self.tag) and has_kind and wanted.items() <= self.attributes.items()

    def _elements(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._elements()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute stands twice in {tag} at {self.getpos()}"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_endtag(self, tag: str) -> None:
        assert self.open.tag == tag, f"{tag} closes {self.open.tag} at {self.getpos()}"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def read_page(text: str) -> Element:
    """Return the page as a tree; fails on a tag that is not closed where it was opened."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open is reader.root, f"{reader.open.tag} is never closed"
    return reader.root
