"""One content with its options, as clients of the Interoperability Test Bed's interface send it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sotegraph.desk import Job
from sotegraph.errors import BadRequest, MissingValue, QueryRefused, UnsupportedMediaType, WrongValue
from sotegraph.formats import PARSED_FORMATS, RESULTS_CSV, XLSX, by_media_type, types
from sotegraph.ingest import SubmittedFile
from sotegraph.validation.checking import SUBMISSION
from sotegraph.web.pages.validation import profile_choices
from sotegraph.web.site import Site

ANY = "any"
"""The domain, and its validation type, that has no shapes but those that come along."""
STRING, URL, BASE64 = "STRING", "URL", "BASE64"
_READ = (*PARSED_FORMATS, RESULTS_CSV, XLSX)
_ADDRESS = re.compile(r"\s*(https?|ftp|file)://[^\s<>]+\s*", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_LEAST_GUESSED = 16
_MOST_RULES = 20
_NOT_OPENED = ("contentQuery", "contentQueryEndpoint", "contentQueryUsername", "contentQueryPassword")
_NOT_ASKED = ("loadImports", "mergeModelsBeforeValidation")


@dataclass(frozen=True)
class Input:
    """The content, rules that came along, the job that they make, and what its report is to hold."""

    files: tuple[SubmittedFile, ...]
    rules: tuple[SubmittedFile, ...]
    job: Job
    report_syntax: str | None
    rdf_report_syntax: str | None
    adds_input: bool
    adds_shapes: bool
    adds_report: bool
    wraps_in_cdata: bool


def read_input(document: Any, domain: str, site: Site, language: str) -> Input:
    """Return the content and the options in *document*; members that are not known are left aside.

    The report is in *language* where no ``locale`` is asked for that the site has.

    Raises a RequestError for what is missing or not understood, and for options that are not open to callers.
    """
    if not isinstance(document, dict):
        raise BadRequest("A content is a JSON object.")
    reading = _Reading(document)
    reading.refuse_what_is_not_opened()
    content, media_type = reading.content("contentToValidate", "contentSyntax")
    form = by_media_type(media_type, _READ) if media_type else None
    name = f"content.{form.suffix}" if form else "content"
    rules = tuple(_rules(reading, domain))
    return Input(
        files=(SubmittedFile(name, content, media_type),),
        rules=rules,
        job=Job(
            profile=ANY if domain == ANY else _profile(reading, site),
            with_context=domain != ANY,
            language=(language_of(document, site) if reading.text("locale") else None) or language,
            files=(name,),
            media_types=(media_type,),
            own_shapes=tuple(each.name for each in rules),
            ignore_imports=document.get("loadImports") is False,
            report_query=reading.text("reportQuery") or None,
        ),
        report_syntax=reading.media_type("reportSyntax"),
        rdf_report_syntax=reading.media_type("rdfReportSyntax"),
        adds_input=reading.flag("addInputToReport"),
        adds_shapes=reading.flag("addShapesToReport"),
        adds_report=reading.flag("addRdfReportToReport"),
        wraps_in_cdata=reading.flag("wrapReportDataInCDATA"),
    )


@dataclass(frozen=True)
class _Reading:
    """The members of one JSON object, read with their types."""

    document: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        value = self.document.get(name)
        if value is not None and not isinstance(value, str):
            raise _wrong(name, value, "text")
        return value

    def flag(self, name: str) -> bool:
        value = self.document.get(name)
        if value is not None and not isinstance(value, bool):
            raise _wrong(name, value, "true | false")
        return bool(value)

    def media_type(self, name: str) -> str | None:
        value = self.text(name)
        return value.partition(";")[0].strip().lower() if value else None

    def refuse_what_is_not_opened(self) -> None:
        for name in _NOT_OPENED:
            if self.document.get(name):
                raise QueryRefused("The option {option} is not open to callers: nothing is fetched here.", option=name)
        for name in _NOT_ASKED:
            if self.flag(name):
                raise QueryRefused("The option {option} is not open to callers.", option=name)

    def content(self, name: str, syntax: str) -> tuple[bytes, str | None]:
        """The content called *name*, decoded, and its media type, which must be one that is read."""
        text, media_type = self.text(name), self.media_type(syntax)
        if not text or not text.strip():
            raise MissingValue("There is no {member}. Send the content itself.", member=name)
        if media_type and by_media_type(media_type, _READ) is None:
            raise UnsupportedMediaType(
                "The syntax {syntax} is not read here. Read are: {read}.",
                syntax=media_type,
                read=", ".join(types(_READ)),
            )
        return self._decoded(name, text, self.text("embeddingMethod")), media_type

    def _decoded(self, name: str, text: str, method: str | None) -> bytes:
        if method not in (None, "", STRING, URL, BASE64):
            raise _wrong("embeddingMethod", method, f"{STRING} | {BASE64}")
        if method == URL or (not method and _ADDRESS.fullmatch(text)):
            raise QueryRefused("Nothing is fetched here. Send the content of {member} itself.", member=name)
        if method == BASE64:
            return _from_base64(name, text)
        looks_so = len(text) >= _LEAST_GUESSED and _BASE64.fullmatch(text)
        if not method and looks_so:
            try:
                return _from_base64(name, text)
            except BadRequest:
                pass
        return text.encode("utf-8", "surrogatepass")


def _from_base64(name: str, text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("The member {member} is not Base64.", member=name) from None


def _rules(reading: _Reading, domain: str) -> list[SubmittedFile]:
    """The rules that came along, which the domain ``any`` needs and no other takes."""
    rules = reading.document.get("externalRules") or []
    if not isinstance(rules, list) or len(rules) > _MOST_RULES:
        raise _wrong("externalRules", rules, f"a list of at most {_MOST_RULES}")
    if rules and domain != ANY:
        raise QueryRefused(
            "The domain {domain} takes no rules from callers; the domain {any} does.", domain=domain, any=ANY
        )
    if domain == ANY and not rules:
        raise MissingValue("The domain {domain} has no rules of its own. Send externalRules.", domain=domain)
    found = []
    for number, rule in enumerate(rules):
        if not isinstance(rule, dict):
            raise _wrong("externalRules", rule, "ruleSet, ruleSyntax, embeddingMethod")
        each = _Reading(rule)
        if each.text("embeddingMethod") == BASE64 and not each.text("ruleSyntax"):
            raise MissingValue("Rules in Base64 need their ruleSyntax.")
        content, media_type = each.content("ruleSet", "ruleSyntax")
        found.append(SubmittedFile(f"rules{number}", content, media_type))
    return found


def _profile(reading: _Reading, site: Site) -> str:
    wanted = reading.text("validationType") or SUBMISSION
    known = [each.name for each in profile_choices(site)]
    if wanted not in known:
        raise _wrong("validationType", wanted, " | ".join(known))
    return wanted


def language_of(document: Any, site: Site) -> str | None:
    """The language of ``locale`` (fi, fi_FI) in *document*, or in the first of several; None unless the site has it."""
    first = document[0] if isinstance(document, list) and document else document
    locale = first.get("locale") if isinstance(first, dict) else None
    tag = locale.replace("_", "-").partition("-")[0].lower() if isinstance(locale, str) else ""
    return tag if tag in site.languages else None


def _wrong(name: str, value: object, expected: str) -> WrongValue:
    return WrongValue(
        "The value {value} of the parameter {parameter} is not understood. Expected: {expected}.",
        parameter=name,
        value=str(value)[:100],
        expected=expected,
    )
