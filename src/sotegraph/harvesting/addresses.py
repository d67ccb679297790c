"""Whether what a catalogue offers can be opened: at addresses of the web, and, of one that was asked, at its host."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from sotegraph.harvesting.catalogue import Catalogue, Resource
from sotegraph.harvesting.remarks import Remark, remark

_OPENED = ("dcat:accessURL", "dcat:downloadURL")
_READERS = ("ckan", "udata")


def address_remarks(catalogue: Catalogue, asked: str = "") -> Iterator[Remark]:
    """What is remarked on the addresses of files and services; *asked* is where the catalogue itself was read."""
    elsewhere: list[str] = []
    for dataset in catalogue.datasets:
        for distribution in dataset.linked("dcat:distribution"):
            for address in _addresses(distribution):
                host = _host(address)
                if host is None:
                    for portal in (*_READERS, "avoindata"):
                        yield remark(
                            portal,
                            "warning",
                            "no-address",
                            _NONE,
                            distribution.iri or str(distribution.node),
                            address=address,
                        )
                elif asked and host != _host(asked):
                    elsewhere.append(address)
    if elsewhere:
        for portal in _READERS:
            values = {"address": elsewhere[0], "count": len(set(elsewhere)), "host": _host(asked)}
            yield remark(portal, "info", "files-elsewhere", _ELSEWHERE, "", **values)


def _addresses(distribution: Resource) -> list[str]:
    found = [each for name in _OPENED for each in distribution.facts.values(distribution.node, name)]
    return [each.value for each in dict.fromkeys(found) if isinstance(each, NamedNode | Literal)]


def _host(address: str) -> str | None:
    """The host at *address*; None where that is no address of the web.

    >>> _host("https://Data.example/a"), _host("not a url"), _host("urn:x:y")
    ('data.example', None, None)
    """
    try:
        parts = urlsplit(address)
        return parts.hostname if parts.scheme in ("http", "https", "ftp") else None
    except ValueError:
        return None


_NONE = (
    "“{address}” is no address of the web, so nobody can open it. Give dcat:accessURL one that begins with https://."
)
_ELSEWHERE = (
    "{count} addresses of files and services, {address} among them, are not at {host}, where the catalogue was read. "
    "See that they lead there."
)
TEMPLATES = (_NONE, _ELSEWHERE)
"""Everything that is remarked on about addresses."""
