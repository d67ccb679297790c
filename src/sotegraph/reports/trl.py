"""A report in the Test Reporting Language of GITB, as the Interoperability Test Bed's validators give it: XML, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from sotegraph.ingest import Submission, Told
from sotegraph.questions.table import only_xml, xml_text
from sotegraph.reports.flat import plain
from sotegraph.reports.words import Translate, said

_TR, _CORE = "http://www.gitb.com/tr/v1/", "http://www.gitb.com/core/v1/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_KINDS = {"violation": "error", "warning": "warning", "info": "info"}
_NAME = "SHACL validation"


@dataclass(frozen=True)
class Attachment:
    """Something that the caller wants in the report's context: the input, the shapes, the report in RDF."""

    name: str
    media_type: str
    text: str


def to_trl_json(
    submission: Submission, language: str, translate: Translate, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return the report as JSON; members without content are left out."""
    reports = {
        kind: [_item(each, language, translate) for each in submission.findings if each.severity == severity]
        for severity, kind in _KINDS.items()
    }
    shared = {"type": "string", "embeddingMethod": "STRING"}
    context = [{"name": each.name, "mimeType": each.media_type, **shared, "value": each.text} for each in attachments]
    document: dict[str, Any] = {
        "date": _moment(submission).strftime("%Y-%m-%dT%H:%M:%S.000%z"),
        "name": _NAME,
        "result": _result(submission),
        "counters": _counters(submission),
        "context": {"type": "map", "items": context} if context else None,
        "reports": {kind: found for kind, found in reports.items() if found},
    }
    kept = {name: value for name, value in document.items() if value not in (None, [], {})}
    return json.dumps(kept, ensure_ascii=False, indent=2).encode()


def to_trl_xml(
    submission: Submission,
    language: str,
    translate: Translate,
    attachments: Sequence[Attachment] = (),
    *,
    as_cdata: bool = False,
) -> bytes:
    """Return the report as XML; *as_cdata* writes the attachments in CDATA sections."""
    return "".join(_xml(submission, language, translate, attachments, as_cdata)).encode()


def _xml(
    submission: Submission, language: str, translate: Translate, attachments: Sequence[Attachment], as_cdata: bool
) -> Iterator[str]:
    checked = submission.checked
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<TestStepReport xmlns="{_TR}" xmlns:gitb="{_CORE}" xmlns:xsi="{_XSI}" xsi:type="TAR" name="{_NAME}">'
    yield f"<date>{_moment(submission).isoformat(timespec='milliseconds')}</date>"
    yield f"<result>{_result(submission)}</result><overview>"
    yield f"<profileID>{xml_text(checked.profile or '')}</profileID>"
    yield f"<validationServiceName>{xml_text(checked.software)}</validationServiceName></overview><counters>"
    yield from (f"<{name}>{count}</{name}>" for name, count in _counters(submission).items())
    yield '</counters><context type="map">'
    for each in attachments:
        content = _cdata(each.text) if as_cdata else xml_text(each.text)
        kind = f'type="string" embeddingMethod="STRING" mimeType={quoteattr(each.media_type)}'
        yield f"<gitb:item name={quoteattr(each.name)} {kind}><gitb:value>{content}</gitb:value></gitb:item>"
    yield "</context>"
    if submission.findings:
        items = (_xml_item(each, language, translate) for each in submission.findings)
        yield f"<reports>{''.join(items)}</reports>"
    yield "</TestStepReport>"


def _xml_item(told: Told, language: str, translate: Translate) -> str:
    kind, item = _KINDS[told.severity], _item(told, language, translate)
    parts = "".join(f"<{name}>{xml_text(text)}</{name}>" for name, text in item.items())
    return f'<{kind} xsi:type="BAR">{parts}</{kind}>'


def _cdata(text: str) -> str:
    """*text* in CDATA; what would end a section is shared between two of them."""
    return "<![CDATA[" + only_xml(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _item(told: Told, language: str, translate: Translate) -> dict[str, str]:
    """A report item: what is wrong, at which node and path, tested by which shape with which value."""
    focus, value = plain(told.focus), plain(told.value)
    place = {translate("Focus node"): focus or str(told.where), translate("Result path"): told.path}
    test = {translate("Shape"): told.shape, translate("Value"): value}
    known = {
        "assertionID": str(told.where),
        "description": said(told, language),
        "location": _labelled(place),
        "test": _labelled(test),
    }
    return {name: text for name, text in known.items() if text}


def _labelled(parts: Mapping[str, str | None]) -> str:
    return " - ".join(f"[{label}] - [{text}]" for label, text in parts.items() if text)


def _counters(submission: Submission) -> Mapping[str, int]:
    counts = submission.counts
    return {
        "nrOfAssertions": counts["info"],
        "nrOfErrors": counts["violation"],
        "nrOfWarnings": counts["warning"],
    }


def _result(submission: Submission) -> str:
    if submission.conforms and not submission.is_judged:
        return "UNDEFINED"
    return "SUCCESS" if submission.conforms else "FAILURE"


def _moment(submission: Submission) -> datetime:
    return datetime.fromisoformat(submission.checked.moment)
