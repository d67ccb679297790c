"""What somebody sends to be checked, read from an HTTP request: a form with files, a form with text, or a body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import parse_qsl, unquote

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from sotegraph.errors import BadRequest, MissingValue, UnsupportedMediaType, WrongValue
from sotegraph.formats import PARSED_FORMATS, RESULTS_CSV, RESULTS_TSV, XLSX, by_media_type, by_suffix, types
from sotegraph.ingest import SubmittedFile
from sotegraph.validation.checking import SUBMISSION
from sotegraph.web.protocol import FORM

MULTIPART = "multipart/form-data"
_BYTES = "application/octet-stream"
_READ = (*PARSED_FORMATS, RESULTS_CSV, RESULTS_TSV, XLSX)
_MOST_FILES, _MOST_FIELDS = 50, 20
_LONGEST_NAME = 120
_FILENAME = re.compile(r"filename\*?=(?:UTF-8'[^']*')?\"?([^\";]+)\"?", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f<>:\"|?*]")
PASTED = "text"


@dataclass(frozen=True)
class Upload:
    """The files, shapes of somebody's own, and what is asked of the check."""

    files: tuple[SubmittedFile, ...]
    shapes: tuple[SubmittedFile, ...]
    profile: str = SUBMISSION
    with_context: bool = True
    ignore_imports: bool = False
    form: str | None = None
    keep: bool = False


async def read_upload(request: Request) -> Upload:
    """Return what *request* sends.

    Raises UnsupportedMediaType for a body of another kind, MissingValue when there is nothing to check, BadRequest for
    a form that cannot be read, WrongValue for an option that is not understood.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == MULTIPART:
        return await _read_form(request)
    if media_type == FORM:
        body = (await request.body()).decode("utf-8", "replace")
        try:
            fields = parse_qsl(body, max_num_fields=_MOST_FIELDS)
        except ValueError as error:
            raise BadRequest("The form cannot be read: {problem}.", problem=str(error)) from None
        return _upload(request, dict(fields), [], [])
    if by_media_type(media_type, _READ) is None and media_type not in (_BYTES, "text/plain", "application/gzip"):
        raise UnsupportedMediaType(
            "Files are sent as {multipart}, or one as the body with its own type; the body is {found}. Read are: "
            "{read}.",
            multipart=MULTIPART,
            found=media_type or "of no stated type",
            read=", ".join(types(_READ)),
        )
    file = SubmittedFile(_body_name(request, media_type), await request.body(), media_type)
    return _upload(request, {}, [file] if file.content else [], [])


async def _read_form(request: Request) -> Upload:
    most = len(await request.body()) + 1
    fields: dict[str, str] = {}
    files: list[SubmittedFile] = []
    shapes: list[SubmittedFile] = []
    try:
        async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=most) as form:
            for name, value in form.multi_items():
                if not isinstance(value, UploadFile):
                    fields[name] = value
                elif value.filename:
                    sent = SubmittedFile(clean_name(value.filename), await value.read(), value.content_type)
                    (shapes if name == "shapes" else files).append(sent)
    except (MultiPartException, HTTPException, KeyError, ValueError) as error:
        problem = str(getattr(error, "detail", error)).rstrip(".")
        raise BadRequest("The form cannot be read: {problem}.", problem=problem) from None
    return _upload(request, fields, files, shapes)


def _upload(
    request: Request, fields: Mapping[str, str], files: list[SubmittedFile], shapes: list[SubmittedFile]
) -> Upload:
    """What the fields of a form and the parameters of the address make of the files."""
    options = {**dict(request.query_params), **fields}
    text = fields.get("text", "")
    if text.strip():
        files = [*files, _pasted(text, options.get("syntax", ""))]
    if options.get("shapes-text", "").strip():
        shapes = [*shapes, SubmittedFile("shapes.ttl", options["shapes-text"].encode())]
    if not files:
        raise MissingValue("There is nothing to check. Choose a file, or paste the data into the text field.")
    return Upload(
        files=tuple(_distinct(files)),
        shapes=tuple(_distinct(shapes)),
        profile=options.get("profile") or SUBMISSION,
        with_context=_choice(options, "context", ("published", "none")) != "none",
        ignore_imports=_choice(options, "imports", ("ignore",)) == "ignore",
        form=options.get("format") or None,
        keep=options.get("keep") in ("1", "true"),
    )


def _pasted(text: str, syntax: str) -> SubmittedFile:
    """Text from a field; a browser's form ends its lines by CR LF (HTML, section 4.10.21.4)."""
    form = by_suffix(syntax, _READ)
    if syntax and form is None:
        raise WrongValue(
            "The value {value} of the parameter {parameter} is not understood. Expected: {expected}.",
            parameter="syntax",
            value=syntax,
            expected=", ".join(each.suffix for each in _READ),
        )
    name = f"{PASTED}.{form.suffix}" if form else PASTED
    return SubmittedFile(name, text.replace("\r\n", "\n").encode(), form.media_type if form else None)


def _choice(options: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    """What is chosen by the option *name*, None for nothing; raises WrongValue for what is not *known*."""
    value = options.get(name) or None
    if value is not None and value not in known:
        raise WrongValue(
            "The value {value} of the parameter {parameter} is not understood. Expected: {expected}.",
            parameter=name,
            value=value,
            expected=" | ".join(known),
        )
    return value


def _body_name(request: Request, media_type: str) -> str:
    """The name of a file that is a body: as the address or Content-Disposition has it, else made of its type."""
    stated = request.query_params.get("name")
    found = _FILENAME.search(request.headers.get("content-disposition", ""))
    if stated is None and found:
        stated = unquote(found[1])
    form = by_media_type(media_type, _READ)
    return clean_name(stated) if stated else f"body.{form.suffix}" if form else "body"


def clean_name(name: str) -> str:
    r"""Return the last part of a file's name, without what a name cannot hold, and not too long.

    >>> clean_name("C:\\data\\books.xlsx"), clean_name("../a<b>.ttl")
    ('books.xlsx', 'a_b_.ttl')
    """
    last = PurePath(name.replace("\\", "/")).name
    return _NOT_IN_A_NAME.sub("_", last)[-_LONGEST_NAME:] or PASTED


def _distinct(files: Sequence[SubmittedFile]) -> list[SubmittedFile]:
    """*files*, those of the same name told apart by a number."""
    seen: dict[str, int] = {}
    found = []
    for each in files:
        count = seen[each.name] = seen.get(each.name, 0) + 1
        path = PurePath(each.name)
        name = each.name if count == 1 else f"{path.stem} ({count}){path.suffix}"
        found.append(SubmittedFile(name, each.content, each.media_type))
    return found
