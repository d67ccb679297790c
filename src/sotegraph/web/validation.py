"""``/validate``: the validator's page and its API; a result has an address that nobody can guess, for a while."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sotegraph.desk import Checks, Job, State, read_job, read_result, read_state, read_workbook, workbooks
from sotegraph.errors import NotFound, PublisherError, RequestError, WrongValue
from sotegraph.formats import HTML, JSON, XLSX, Format, by_suffix, negotiate
from sotegraph.ingest import Submission
from sotegraph.reports import NEGOTIATED_FORMATS, REPORT_FORMATS, SCHEMA, SCHEMA_PATH, Teller, refusal, write_report
from sotegraph.sparql.lanes import client_of as network_of
from sotegraph.web.answers import FRESH, Answer, field_value
from sotegraph.web.links import Resource
from sotegraph.web.pages import check_page, validate_page
from sotegraph.web.pages.validation import profile_choices
from sotegraph.web.site import OnlyNow, Reader, ReaderDep, Site, SiteDep, with_language
from sotegraph.web.uploads import Upload, read_upload

router = APIRouter()
PATH = "/validate"
RESULTS = f"{PATH}/results"
OFFERS = (*NEGOTIATED_FORMATS, HTML)
_POLL_S = 2
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
"""An address that is the key to what it shows goes to nobody else."""


@router.get(PATH)
def validator(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Show the form for files that somebody means to send; for programs, say how to use it."""
    form = negotiate(field_value(request, "accept"), (HTML, JSON))
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": FRESH}
    if form is JSON:
        return Response(json.dumps(_usage(site), indent=2), headers=headers, media_type=JSON.content_type)
    page = validate_page(site, reader, Resource(PATH), removed="removed" in request.query_params)
    return Response(page, headers={**headers, "Content-Language": reader.language}, media_type=HTML.content_type)


@router.post(PATH)
async def validate(request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Check what is sent: a form with files or text, or a file as the body with its own media type."""
    accept = field_value(request, "accept")
    wants_page = negotiate(accept, OFFERS) is HTML and "format" not in request.query_params
    try:
        upload = await read_upload(request)
        form = _form(upload.form) or negotiate(accept, OFFERS)
        checks = checks_at(request)
        name, task = checks.begin(_job(upload, reader), upload.files, upload.shapes, client_of(request))
        await _patience(request, site, task)
    except RequestError as error:
        if not wants_page:
            raise
        page = await run_in_threadpool(validate_page, site, reader, Resource(PATH), error=error)
        headers = {**error.headers(), "Cache-Control": "no-store", "Content-Language": reader.language}
        return Response(page, error.status, headers, media_type=HTML.content_type)
    address = f"{RESULTS}/{name}"
    if form is HTML:
        target = with_language(address, reader.language) if reader.named else address
        return Response(status_code=303, headers={**_PRIVATE, "Location": target})
    path = checks.shelf.folder / name
    if not task.done():
        return _pending(address, read_state(path))
    return await run_in_threadpool(_sent_at_once, site, reader, checks, name, form, upload.keep)


def _sent_at_once(site: Site, reader: Reader, checks: Checks, name: str, form: Format, keep: bool) -> Response:
    """The answer to a program that has waited: nothing is kept of it unless it asked for that."""
    path = checks.shelf.folder / name
    try:
        body = _written(site, reader, read_checked(path, reader.language), form)
    finally:
        if not keep:
            checks.shelf.remove(name)
    headers = {**_PRIVATE, "Vary": "Accept, Accept-Language"}
    if keep:
        headers["Content-Location"] = f"{RESULTS}/{name}"
    return Response(body, headers=headers, media_type=form.content_type)


@router.get(RESULTS + "/{name}")
def result(name: str, request: Request, site: SiteDep, reader: ReaderDep) -> Response:
    """Show what came of a check, or how far it is; a suffix asks for one fixed form of the report."""
    checks, (stem, _, suffix) = checks_at(request), name.partition(".")
    path = _kept(checks, stem)
    form = _form(suffix) if suffix else _form(request.query_params.get("format"))
    form = form or negotiate(field_value(request, "accept"), OFFERS)
    state = read_state(path)
    if not state.is_over:
        return _page(site, reader, checks, stem, state) if form is HTML else _pending(f"{RESULTS}/{stem}", state)
    if form is HTML:
        return _page(site, reader, checks, stem, state)
    body = _written(site, reader, read_checked(path, reader.language), form)
    headers = {**_PRIVATE, "Vary": "Accept, Accept-Language"}
    if suffix:
        headers["Content-Disposition"] = f'attachment; filename="findings.{_ending(form)}"'
    return Response(body, headers=headers, media_type=form.content_type)


@router.get(RESULTS + "/{name}/workbooks/{number}", dependencies=[OnlyNow])
def workbook(name: str, number: int, request: Request) -> Response:
    """Send the table that was sent, with comments on its cells and a sheet of findings."""
    path = _kept(checks_at(request), name)
    content = read_workbook(path, number)
    if content is None:
        raise NotFound("Nothing is published at this address.")
    stem = Path(_job_of(path).files[number]).stem.encode("ascii", "replace").decode().replace("?", "_")
    headers = {**_PRIVATE, "Content-Disposition": f'attachment; filename="{stem}-checked.xlsx"'}
    return Response(content, headers=headers, media_type=XLSX.content_type)


@router.delete(RESULTS + "/{name}")
async def delete(name: str, request: Request) -> Response:
    """Remove what came of a check, or end it."""
    await _remove(request, name)
    return Response(status_code=204, headers=_PRIVATE)


@router.post(RESULTS + "/{name}/delete")
async def delete_by_form(name: str, request: Request, reader: ReaderDep) -> Response:
    """Remove what came of a check, for the button on its page."""
    await _remove(request, name)
    target = f"{PATH}?removed=1"
    headers = {**_PRIVATE, "Location": with_language(target, reader.language) if reader.named else target}
    return Response(status_code=303, headers=headers)


@router.get(SCHEMA_PATH)
def schema(request: Request, site: SiteDep) -> Response:
    """Send the JSON Schema of the flat report."""
    body = json.dumps({"$id": site.publication.base_iri + SCHEMA_PATH, **SCHEMA}, indent=2).encode()
    etag = f'"{site.version.short_id}-schema-{site.look}"'
    return Answer(body, "application/schema+json", (("Cache-Control", FRESH),), etag).response(request)


def checks_at(request: Request) -> Checks:
    """The checks of the application that answers *request*."""
    checks: Checks = request.app.state.checks
    return checks


def client_of(request: Request) -> str:
    """Whose budget a check is on."""
    return network_of(request.client.host) if request.client else ""


def _job(upload: Upload, reader: Reader) -> Job:
    return Job(
        profile=upload.profile,
        with_context=upload.with_context,
        language=reader.language,
        files=tuple(each.name for each in upload.files),
        media_types=tuple(each.media_type for each in upload.files),
        own_shapes=tuple(each.name for each in upload.shapes),
        ignore_imports=upload.ignore_imports,
    )


async def _patience(request: Request, site: Site, task: asyncio.Task[None]) -> None:
    """Wait for the check as long as an answer waits, or as long as the client does (RFC 7240 section 4.3)."""
    most = site.settings.validation_wait_ms / 1000
    preferences = dict(
        part.strip().partition("=")[::2] for part in (field_value(request, "prefer") or "").lower().split(",")
    )
    if "respond-async" in preferences:
        most = 0
    elif preferences.get("wait", "").isdecimal():
        most = min(most, int(preferences["wait"][:6]))
    done, _ = await asyncio.wait([task], timeout=most)
    for each in done:
        if each.cancelled():
            raise _gone()
        each.result()


def _kept(checks: Checks, name: str) -> Path:
    path = checks.shelf.path(name)
    if path is None:
        raise _gone()
    return path


def _gone() -> NotFound:
    return NotFound("There is no result at this address. It has expired, was removed, or never was.")


async def _remove(request: Request, name: str) -> None:
    checks = checks_at(request)
    checks.stop(name)
    if not await run_in_threadpool(checks.shelf.remove, name):
        raise _gone()


def _form(name: str | None) -> Format | None:
    """The form called *name*; raises WrongValue for another."""
    if not name:
        return None
    form = by_suffix(name, (*REPORT_FORMATS, HTML)) or next((each for each in OFFERS if name in each.media_types), None)
    if form is None:
        raise WrongValue(
            "There is no form {format}. Offered: {offered}.",
            format=name,
            offered=", ".join(each.suffix for each in (*REPORT_FORMATS, HTML)),
        )
    return form


def _ending(form: Format) -> str:
    """The ending of a file's name."""
    return {"junit": "xml", "trl": "xml", "trl-json": "json", "text": "txt"}.get(form.suffix, form.suffix)


def read_checked(path: Path, language: str) -> Submission:
    """What came of the check in *path*; raises what kept it from being done, and RefusedContent."""
    submission = _result(path)
    error = refusal(submission, language)
    if error is not None:
        raise error
    return submission


def _job_of(path: Path) -> Job:
    """The job in *path*; raises NotFound when it has been removed meanwhile."""
    try:
        return read_job(path)
    except FileNotFoundError:
        raise _gone() from None


def _result(path: Path) -> Submission:
    """What came of the check in *path*; raises NotFound when it has been removed meanwhile."""
    try:
        return read_result(path)
    except FileNotFoundError:
        raise _gone() from None


def _written(site: Site, reader: Reader, submission: Submission, form: Format) -> bytes:
    publication = site.publication
    return write_report(
        submission, form, Teller(reader.language, site.messages, publication.base_iri, publication.prefixes)
    )


def _pending(address: str, state: State) -> Response:
    """A check that is not over (RFC 9110 section 15.3.3): where its result will be, and how far it is."""
    document: Mapping[str, object] = {"status": state.phase, "statements": state.statements, "result": address}
    headers = {**_PRIVATE, "Location": address, "Retry-After": str(_POLL_S)}
    return Response(json.dumps(document), 202, headers, media_type=JSON.content_type)


def _page(site: Site, reader: Reader, checks: Checks, name: str, state: State) -> Response:
    """The page of a check: how far it is, what came of it, or why nothing did."""
    path = checks.shelf.folder / name
    submission, error = None, None
    if state.is_over:
        try:
            submission = _result(path)
        except PublisherError as found:
            error = found
    try:
        expires = datetime.fromtimestamp(checks.shelf.expires(name), UTC)
        tables = [(number, read_job(path).files[number]) for number in workbooks(path)]
    except FileNotFoundError:
        raise _gone() from None
    page = check_page(
        site,
        reader,
        Resource(f"{RESULTS}/{name}"),
        state=state,
        submission=submission,
        error=error,
        expires=expires,
        workbooks=tables,
    )
    headers = {**_PRIVATE, "Content-Language": reader.language, "Vary": "Accept, Accept-Language"}
    if submission is not None:
        error = refusal(submission, reader.language)
    status = error.status if error else 200
    return Response(page, status, headers, media_type=HTML.content_type)


def _usage(site: Site) -> Mapping[str, object]:
    """What a program needs to know to send something."""
    return {
        "post": PATH,
        "accepts": ["multipart/form-data", "application/x-www-form-urlencoded", "the media type of one file"],
        "parameters": {
            "profile": [each.name for each in profile_choices(site)],
            "context": "published | none",
            "imports": "ignore: what the files import (owl:imports) is left out",
            "format": [each.suffix for each in REPORT_FORMATS],
            "lang": list(site.languages),
            "name": "the name of the file that is the body",
            "keep": "1 keeps the result at an address of its own",
        },
        "schema": SCHEMA_PATH,
    }
