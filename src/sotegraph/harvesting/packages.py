"""Datasets as packages of CKAN: the fields of its core, and those that the schema of avoindata.fi asks for.

Ids are made of the IRIs (RFC 9562, version 5), so a dataset keeps its id as long as its IRI. Dates are those of the
data: a package changes when its dataset does, and not when a version is published.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sotegraph.harvesting.catalogue import Catalogue, Resource, Texts
from sotegraph.harvesting.codes import THEMES, Licence, category_of, format_name, licence_of, media_type_of

Package = Mapping[str, Any]
_LONGEST_NAME = 100
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9_]+")
_NOT_IN_A_TAG = re.compile(r"[^\w .-]")
COLLECTION_TYPE = "Open Data"
"""What the schema of avoindata.fi calls a dataset that is not a tool."""


@dataclass(frozen=True)
class Packages:
    """The packages, organisations and groups of one catalogue.

    *prefix* begins the names of packages, which are to be unique on a portal that many feed. Addresses below *base*
    are written as below *address*, where the site answers; ids and IRIs are not.
    """

    catalogue: Catalogue
    prefix: str = ""
    base: str = ""
    address: str = ""

    @cached_property
    def all(self) -> tuple[Package, ...]:
        """Every package, in the order of their ids."""
        return tuple(sorted(map(self._package, self.catalogue.datasets), key=lambda each: str(each["id"])))

    @cached_property
    def organizations(self) -> tuple[Package, ...]:
        """Every organisation that publishes a dataset, in the order of their names."""
        made = (
            self._organization(each) | self._counted("owner_org", id_of(each)) for each in self.catalogue.publishers
        )
        return tuple(sorted(made, key=lambda each: str(each["name"])))

    @cached_property
    def groups(self) -> tuple[Package, ...]:
        """Every theme of a dataset as a group, in the order of their names."""
        themes = {each.node: each for dataset in self.catalogue.datasets for each in dataset.linked("dcat:theme")}
        made = (self._group(each) | {"package_count": self._having(id_of(each))} for each in themes.values())
        return tuple(sorted(made, key=lambda each: str(each["name"])))

    def _counted(self, field: str, value: str) -> dict[str, int]:
        return {"package_count": sum(each[field] == value for each in self.all)}

    def _having(self, group: str) -> int:
        return sum(any(each["id"] == group for each in package["groups"]) for package in self.all)

    def find(self, name: str) -> Package | None:
        """The package with the id, the name or the IRI *name*."""
        return next((each for each in self.all if name in (each["id"], each["name"], each["uri"])), None)

    def _package(self, dataset: Resource) -> dict[str, Any]:
        choose, identity = self.catalogue.choose, id_of(dataset)
        titles, notes = dataset.texts("dct:title"), dataset.texts("dct:description")
        resources = [
            self._resource(each, identity, position, dataset)
            for position, each in enumerate(dataset.linked("dcat:distribution"))
        ]
        publisher = dataset.one("dct:publisher")
        return {
            "id": identity,
            "name": self._name(dataset),
            "type": "dataset",
            "state": "active",
            "private": False,
            "uri": dataset.iri,
            "title": choose(titles),
            "title_translated": dict(titles),
            "notes": choose(notes),
            "notes_translated": dict(notes),
            "url": self._here(dataset.value("dcat:landingPage") or dataset.value("foaf:page")) or None,
            "version": dataset.value("dcat:version", "owl:versionInfo") or None,
            "author": choose(publisher.labels()) if publisher else None,
            "author_email": None,
            **self._keywords(dataset),
            **_licence_fields(dataset, choose),
            **self._contact(dataset),
            **_dates(dataset),
            **self._avoindata(dataset),
            "owner_org": id_of(publisher) if publisher else None,
            "organization": self._organization(publisher) if publisher else None,
            "groups": [self._group(each) for each in dataset.linked("dcat:theme")],
            "extras": [{"key": key, "value": value} for key, value in _extras(dataset) if value],
            "resources": resources,
            "num_resources": len(resources),
            "relationships_as_object": [],
            "relationships_as_subject": [],
        }

    def _name(self, dataset: Resource) -> str:
        own = slug(dataset.code or self.catalogue.choose(dataset.texts("dct:title")))
        return f"{self.prefix}-{own}"[:_LONGEST_NAME] if self.prefix and own != self.prefix else own

    def _keywords(self, dataset: Resource) -> dict[str, Any]:
        """Keywords by language, and CKAN's tags in the first language that has any."""
        keywords = dataset.lists("dcat:keyword")
        wanted = next((each for each in (*self.catalogue.languages, "", *keywords) if keywords.get(each)), "")
        names = list(dict.fromkeys(_NOT_IN_A_TAG.sub(" ", each).strip()[:100] for each in keywords.get(wanted, ())))
        tags = [
            {"id": _uuid("tag:" + each), "name": each, "display_name": each, "state": "active", "vocabulary_id": None}
            for each in names
            if len(each) >= 2  # CKAN refuses a shorter one.
        ]
        return {"keywords": {name: own for name, own in keywords.items() if name}, "tags": tags, "num_tags": len(tags)}

    def _contact(self, dataset: Resource) -> dict[str, Any]:
        contact = dataset.one("dcat:contactPoint")
        if contact is None:
            return {"maintainer": None, "maintainer_email": None}
        email = contact.value("vcard:hasEmail").removeprefix("mailto:")
        website = contact.value("vcard:hasURL")
        found: dict[str, Any] = {
            "maintainer": self.catalogue.choose(contact.texts("vcard:fn", "vcard:hasFN")) or None,
            "maintainer_email": email or None,
        }
        return found | ({"maintainer_website": self._here(website)} if website else {})

    def _avoindata(self, dataset: Resource) -> dict[str, Any]:
        """What the schema of avoindata.fi has beyond CKAN's core."""
        rights, frequency = rights_of(dataset), dataset.one("dct:accrualPeriodicity")
        pages = [each.iri for name in ("dcat:landingPage", "foaf:page") for each in dataset.linked(name) if each.iri]
        places = [self.catalogue.choose(each.labels()) or each.code for each in dataset.linked("dct:spatial")]
        categories = [category_of(each) for each in dataset.iris("dcat:theme") if each.startswith(THEMES)]
        return {
            "collection_type": COLLECTION_TYPE,
            "highvalue": bool(dataset.iris("dcatap:hvdCategory")),
            "categories": categories,
            "copyright_notice_translated": dict(rights),
            "update_frequency": {name: [text] for name, text in frequency.labels().items()} if frequency else {},
            "geographical_coverage": [each.lower() for each in places if each],
            "external_urls": [self._here(each) for each in dict.fromkeys(pages)],
            **({"date_released": moment_of(issued)} if (issued := dataset.value("dct:issued")) else {}),
        }

    def _resource(self, distribution: Resource, package: str, position: int, dataset: Resource) -> dict[str, Any]:
        choose = self.catalogue.choose
        names, notes = distribution.texts("dct:title"), distribution.texts("dct:description")
        access, download = distribution.value("dcat:accessURL"), distribution.value("dcat:downloadURL")
        media_type = media_type_of(distribution.value("dcat:mediaType"))
        # A packaged file is compressed inside its package, if at all: what comes is the package.
        wrapped = media_type_of(distribution.value("dcat:packageFormat", "dcat:compressFormat"))
        size, licence = distribution.value("dcat:byteSize"), distribution.value("dct:license")
        modified = distribution.value("dct:modified") or dataset.value("dct:modified")
        moments = {"metadata_modified": moment_of(modified), "last_modified": moment_of(modified)} if modified else {}
        form = distribution.one("dct:format")
        return {
            "id": id_of(distribution),
            "package_id": package,
            "position": position,
            "state": "active",
            "uri": distribution.iri,
            "name": choose(names),
            "name_translated": dict(names),
            "description": choose(notes),
            "description_translated": dict(notes),
            "url": self._here(download or access),
            "access_url": self._here(access),
            **({"download_url": self._here(download)} if download else {}),
            "format": (format_name(form.iri) or choose(form.labels())) if form else media_type.rpartition("/")[2],
            "mimetype": wrapped or media_type or None,
            "mimetype_inner": media_type if wrapped else None,
            "size": int(float(size)) if _is_number(size) else None,
            **_checksum(distribution),
            "maturity": "current",
            **_coverage(dataset),
            **moments,
            "created": moment_of(distribution.value("dct:issued") or dataset.value("dct:issued") or modified),
            **({"license": licence} if licence else {}),
        }

    def _organization(self, agent: Resource) -> dict[str, Any]:
        names, notes = agent.labels(), agent.texts("dct:description")
        title = self.catalogue.choose(names)
        return {
            "id": id_of(agent),
            "name": slug(title) or slug(agent.code) or id_of(agent),
            "title": title,
            "display_name": title,
            "title_translated": dict(names),
            "type": "organization",
            "is_organization": True,
            "approval_status": "approved",
            "state": "active",
            "description": self.catalogue.choose(notes),
            "description_translated": dict(notes),
            "homepage": agent.value("foaf:homepage") or None,
            "image_url": "",
            "image_display_url": "",
            "uri": agent.iri,
        }

    def _group(self, theme: Resource) -> dict[str, Any]:
        names = theme.labels()
        title = self.catalogue.choose(names) or theme.code
        return {
            "id": id_of(theme),
            "name": slug(category_of(theme.iri)) or slug(title),
            "title": title,
            "display_name": title,
            "title_translated": dict(names),
            "type": "group",
            "is_organization": False,
            "approval_status": "approved",
            "state": "active",
            "description": "",
            "image_display_url": "",
            "uri": theme.iri,
        }

    def _here(self, address: str) -> str:
        """*address*, as the site answers at it."""
        if self.base and self.address and address.startswith(self.base + "/"):
            return self.address + address[len(self.base) :]
        return address


def id_of(resource: Resource) -> str:
    """The id of a thing on a portal: the same one for the same IRI, for ever.

    A blank node has no name that would stay; its title stands in, as CKAN's own harvester does it.
    """
    return _uuid(resource.iri or "|".join(sorted(resource.labels().values())) or str(resource.node))


def _uuid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def slug(text: str) -> str:
    """*text* as a name in addresses of CKAN.

    >>> slug("Välimeren & Itämeren kirjasto")
    'valimeren-itameren-kirjasto'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_A_NAME.sub("-", plain).strip("-")[:_LONGEST_NAME]


def rights_of(dataset: Resource) -> Texts:
    """Who holds which rights: what *dataset* says itself, else the first of its distributions that says it.

    DCAT-AP has rights at distributions, as a node with a label; others write the text itself.
    """
    for each in (dataset, *dataset.linked("dcat:distribution")):
        statement = each.one("dct:rights")
        texts = each.texts("dct:rights") or (
            statement.labels() or statement.texts("dct:description") if statement else {}
        )
        if texts:
            return texts
    return {}


def licence_iri(dataset: Resource) -> str:
    """The licence of *dataset*: its own, else the first one among its distributions, as CKAN finds it."""
    every = [dataset, *dataset.linked("dcat:distribution")]
    return next((found for each in every if (found := each.value("dct:license"))), "")


def _licence_fields(dataset: Resource, choose: Any) -> dict[str, Any]:
    iri = licence_iri(dataset)
    licence: Licence | None = licence_of(iri)
    if licence:
        return {
            "license_id": licence.id,
            "license_title": licence.title,
            "license_url": licence.url,
            "isopen": licence.is_open,
        }
    title = choose(next((each.labels() for each in dataset.linked("dct:license")), {})) or iri
    return {"license_id": "other" if iri else None, "license_title": title, "license_url": iri or None, "isopen": False}


def _dates(dataset: Resource) -> dict[str, Any]:
    modified = dataset.value("dct:modified") or dataset.value("dct:issued")
    created = dataset.value("dct:issued") or modified
    return {"metadata_created": moment_of(created), "metadata_modified": moment_of(modified)}


def moment_of(text: str) -> str | None:
    """A date or a moment as CKAN writes moments: in UTC, without saying so; None for what is none.

    >>> moment_of("2026-11-01T08:00:00+02:00"), moment_of("2026-11-01"), moment_of("soon")
    ('2026-11-01T06:00:00.000000', '2026-11-01T00:00:00.000000', None)
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def _checksum(distribution: Resource) -> dict[str, Any]:
    """CKAN's ``hash``, and the field of avoindata.fi for SHA-256 where it is that."""
    checksum = distribution.one("spdx:checksum")
    if checksum is None:
        return {"hash": ""}
    algorithm = checksum.value("spdx:algorithm").rpartition("_")[2].lower()
    digest = checksum.value("spdx:checksumValue").lower()
    found = {"hash": digest, "hash_algorithm": checksum.value("spdx:algorithm")}
    return found | ({"sha256": digest} if algorithm == "sha256" else {})


def _coverage(dataset: Resource) -> dict[str, str]:
    period = dataset.one("dct:temporal")
    if period is None:
        return {}
    ends = {"from": period.value("dcat:startDate")[:10], "to": period.value("dcat:endDate")[:10]}
    return {f"temporal_coverage_{name}": day for name, day in ends.items() if day}


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and len(text) < 20


def _extras(dataset: Resource) -> Iterable[tuple[str, str]]:
    """What CKAN's own reading of DCAT keeps as extra fields, under the same keys."""
    yield "uri", dataset.iri
    yield "identifier", dataset.value("dct:identifier")
    yield "access_rights", dataset.value("dct:accessRights")
    yield "frequency", dataset.value("dct:accrualPeriodicity")
    yield "publisher_uri", dataset.value("dct:publisher")
