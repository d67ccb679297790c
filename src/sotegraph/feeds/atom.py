"""A feed for people's readers of news: one Atom document (RFC 4287) from plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from sotegraph.terms import utc

MEDIA_TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\ufffd")


@dataclass(frozen=True)
class Item:
    """One entry of a feed; *html* is what it says, and *address* where to read more."""

    id: str
    title: str
    updated: datetime
    address: str
    html: str


@dataclass(frozen=True)
class Feed:
    """A feed in one language: *own_address* is where it is, and *address* the page that explains it."""

    id: str
    title: str
    subtitle: str
    updated: datetime
    author: str
    rights: str
    language: str
    own_address: str
    address: str
    items: tuple[Item, ...]


def write_atom(feed: Feed) -> bytes:
    """Return *feed* as an Atom document."""
    root = ElementTree.Element("feed", {"xmlns": _NAMESPACE, _LANGUAGE: feed.language})
    _texts(root, id=feed.id, title=feed.title, subtitle=feed.subtitle, updated=_moment(feed.updated))
    _link(root, "self", feed.own_address, MEDIA_TYPE)
    _link(root, "alternate", feed.address, "text/html")
    _texts(ElementTree.SubElement(root, "author"), name=feed.author)
    if feed.rights:
        _texts(root, rights=feed.rights)
    for item in feed.items:
        _item(root, item)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _item(root: ElementTree.Element, item: Item) -> None:
    entry = ElementTree.SubElement(root, "entry")
    _texts(entry, id=item.id, title=item.title, updated=_moment(item.updated), published=_moment(item.updated))
    _link(entry, "alternate", item.address, "text/html")
    content = ElementTree.SubElement(entry, "content", {"type": "html"})
    content.text = _shown(item.html)


def _texts(parent: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, name).text = _shown(text)


def _link(parent: ElementTree.Element, rel: str, href: str, type_: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": rel, "href": href, "type": type_})


def _shown(text: str) -> str:
    """*text* without the characters that XML cannot hold."""
    return text.translate(_NOT_IN_XML)


def _moment(time: datetime) -> str:
    return utc(time.replace(microsecond=0))
