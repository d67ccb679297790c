"""The codes of portals for what DCAT says by IRIs: licences, formats of files, categories of themes.

CKAN compares codes as text, so a portal that does not know one shows nothing. Those here are CKAN's own where it has
one, else those of avoindata.fi (ckan/data/license.json and the categories of its main extension).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

EU_AUTHORITY = "http://publications.europa.eu/resource/authority/"
THEMES = EU_AUTHORITY + "data-theme/"
FILE_TYPES = EU_AUTHORITY + "file-type/"
IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Licence:
    """A licence as portals list it."""

    id: str
    title: str
    url: str
    is_open: bool = True


_LICENCES = (
    Licence("cc-by-4.0", "Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    Licence("cc-zero-1.0", "Creative Commons CCZero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    Licence("cc-by-sa", "Creative Commons Attribution Share-Alike", "https://creativecommons.org/licenses/by-sa/4.0/"),
    Licence("odc-pddl", "Open Data Commons Public Domain Dedication and Licence", "https://opendatacommons.org/pddl/"),
    Licence("odc-odbl", "Open Data Commons Open Database License", "https://opendatacommons.org/licenses/odbl/"),
    Licence("odc-by", "Open Data Commons Attribution License", "https://opendatacommons.org/licenses/by/"),
)
_BY_EU_CODE = {
    "CC_BY_4_0": "cc-by-4.0",
    "CC_BY": "cc-by-4.0",
    "CC0": "cc-zero-1.0",
    "CC_BYSA_4_0": "cc-by-sa",
    "ODC_PDDL": "odc-pddl",
    "ODC_BL": "odc-odbl",
    "ODC_BY": "odc-by",
}
_OTHER_OPEN = "other-open"
"""What portals call every open licence that is none of theirs: which one it is, title and address tell."""
_SPDX = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([\w.-]+?)(?:\.(?:html|json|txt))?/?")
_BY_SPDX_CODE = {
    "CC-BY-4.0": "cc-by-4.0",
    "CC0-1.0": "cc-zero-1.0",
    "CC-BY-SA-4.0": "cc-by-sa",
    "PDDL-1.0": "odc-pddl",
    "ODbL-1.0": "odc-odbl",
    "ODC-By-1.0": "odc-by",
}
_OPEN_BY_SPDX_CODE = {
    each: Licence(_OTHER_OPEN, title, f"https://spdx.org/licenses/{each}")
    for each, title in {
        "MIT": "MIT License",
        "Apache-2.0": "Apache License 2.0",
        "BSD-2-Clause": "BSD 2-Clause License",
        "BSD-3-Clause": "BSD 3-Clause License",
        "EUPL-1.2": "European Union Public Licence 1.2",
    }.items()
}
_OPEN_BY_EU_CODE = {"MIT": "MIT", "APACHE_2_0": "Apache-2.0", "EUPL_1_2": "EUPL-1.2"}
LICENCES: Mapping[str, Licence] = {each.id: each for each in (*_LICENCES, Licence(_OTHER_OPEN, "Other (Open)", ""))}
"""The licences whose ids portals share, by id."""


def licence_of(iri: str) -> Licence | None:
    """The licence that *iri* names: by its own address, or as a code of the EU or of SPDX; None for one without an id.

    >>> licence_of("http://creativecommons.org/licenses/by/4.0").id
    'cc-by-4.0'
    >>> licence_of("http://publications.europa.eu/resource/authority/licence/CC0").title
    'Creative Commons CCZero 1.0'
    >>> licence_of("https://spdx.org/licenses/MIT")
    Licence(id='other-open', title='MIT License', url='https://spdx.org/licenses/MIT', is_open=True)
    """
    if iri.startswith(EU_AUTHORITY + "licence/"):
        code = iri.rpartition("/")[2]
        return LICENCES.get(_BY_EU_CODE.get(code, "")) or _OPEN_BY_SPDX_CODE.get(_OPEN_BY_EU_CODE.get(code, ""))
    if spdx := _SPDX.fullmatch(iri):
        return LICENCES.get(_BY_SPDX_CODE.get(spdx[1], "")) or _OPEN_BY_SPDX_CODE.get(spdx[1])
    return next((each for each in _LICENCES if _plain(each.url) == _plain(iri)), None)


def _plain(address: str) -> str:
    """An address without what people write now and then: the scheme's last letter, ``deed.fi``, the last slash."""
    return re.sub(r"^https?:|(?<=/)(?:deed|legalcode)(?:\.[\w-]+)?$", "", address).rstrip("/")


_FORMATS = {
    "RDF_TURTLE": "TTL",
    "RDF_XML": "RDF",
    "RDF_N_TRIPLES": "N-Triples",
    "RDF_N_QUADS": "N-Quads",
    "RDF_TRIG": "TriG",
    "JSON_LD": "JSON-LD",
    "SPARQLQ": "SPARQL",
    "SPARQLQRES": "SPARQL",
}


def format_name(iri: str) -> str:
    """What CKAN calls the file format *iri* is a code for.

    >>> format_name(FILE_TYPES + "RDF_TURTLE"), format_name(FILE_TYPES + "CSV"), format_name("https://x.example/a")
    ('TTL', 'CSV', '')
    """
    code = iri.removeprefix(FILE_TYPES) if iri.startswith(FILE_TYPES) else ""
    return _FORMATS.get(code, code)


def media_type_of(iri: str) -> str:
    """The media type that *iri* of the IANA stands for; nothing for another.

    >>> media_type_of("http://www.iana.org/assignments/media-types/text/turtle")
    'text/turtle'
    """
    plain = re.sub(r"^http:", "https:", iri)
    return plain.removeprefix(IANA) if plain.startswith(IANA) else ""


_CATEGORIES = {
    "AGRI": "maatalous-kalastus-metsatalous-ja-elintarvikkeet",
    "ECON": "talous-ja-rahoitus",
    "EDUC": "koulutus-ja-urheilu",
    "ENER": "energia",
    "ENVI": "ymparisto-ja-luonto",
    "GOVE": "hallinto-ja-julkinen-sektori",
    "HEAL": "terveys",
    "INTR": "kansainvaliset-asiat",
    "JUST": "oikeus-oikeusjarjestelma-ja-yleinen-turvallisuus",
    "REGI": "alueet-ja-kaupungit",
    "SOCI": "vaesto-ja-yhteiskunta",
    "TECH": "tiede-ja-teknologia",
    "TRAN": "liikenne",
}


def category_of(theme: str) -> str:
    """The category of avoindata.fi for the EU theme *theme*; for another theme, its code in lower case.

    >>> category_of(THEMES + "HEAL"), category_of("https://x.example/theme/Books")
    ('terveys', 'books')
    """
    code = theme.rstrip("/").replace("#", "/").rpartition("/")[2]
    return _CATEGORIES.get(code, code.lower()) if theme.startswith(THEMES) else code.lower()
