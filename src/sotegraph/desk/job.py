"""One check from the folder of what was sent to the folder of what came of it."""

from __future__ import annotations

import logging
from pathlib import Path

from sotegraph.desk import shelf
from sotegraph.desk.shelf import Job, State
from sotegraph.errors import PublisherError, RequestError, TooCostly
from sotegraph.ingest import Submission, SubmittedFile, Validator
from sotegraph.reports import annotate, construct

_LOGGER = logging.getLogger("sotegraph")


def do(path: Path, validator: Validator) -> None:
    """Do the check in the folder *path*: afterwards its result stands there, or why there is none.

    Nothing is done, and nothing left, when the folder has been removed, or is while the check is done.
    """
    try:
        _do(path, validator)
    except FileNotFoundError:
        if path.is_dir():
            raise


def _do(path: Path, validator: Validator) -> None:
    try:
        job = shelf.read_job(path)
        shelf.write_state(path, State("reading"))
        files, shapes = shelf.read_files(path, job)
        submission = _checked(path, validator, job, files, shapes)
        if job.report_query is not None:
            shelf.write_constructed(path, construct(job.report_query, submission))
    except RequestError as error:
        shelf.write_error(path, error)
    except (MemoryError, RecursionError):
        shelf.write_error(path, ended(path, "memory"))
    except Exception:
        if not path.is_dir():
            return
        _LOGGER.exception("a check failed")
        shelf.write_error(path, PublisherError("Something went wrong in the server. It has been written to the log."))
    else:
        shelf.write_result(path, submission)
        _annotate(path, validator, job, files, submission)
    finally:
        shelf.forget_files(path)


def _checked(
    path: Path, validator: Validator, job: Job, files: list[SubmittedFile], shapes: list[SubmittedFile]
) -> Submission:
    return validator.validate(
        files,
        profile=job.profile,
        with_context=job.with_context,
        own_shapes=shapes,
        ignore_imports=job.ignore_imports,
        language=job.language,
        progress=lambda statements: shelf.write_state(path, State("checking", statements)),
    )


def _annotate(path: Path, validator: Validator, job: Job, files: list[SubmittedFile], submission: Submission) -> None:
    """Make the annotated workbook of each table; a result without one is a result all the same."""
    if not submission.findings:
        return
    for number, file in enumerate(files):
        try:
            content = annotate(file, submission, job.language, validator.messages)
        except Exception:
            _LOGGER.exception("a workbook could not be annotated")
            continue
        if content is not None:
            shelf.write_workbook(path, number, content)


def ended(path: Path, limit: str) -> TooCostly:
    """The error of the check in *path* that was ended at the *limit* of time or memory."""
    by_shapes = bool(shelf.read_job(path).own_shapes)
    if limit == "time" and by_shapes:
        return TooCostly("The check was ended at its time limit. Send less at once, or simpler shapes.")
    if by_shapes:
        return TooCostly("The check was ended at its memory limit. Send less at once, or simpler shapes.")
    if limit == "time":
        return TooCostly("This is too much for one check, which was ended at its time limit. Send it in parts.")
    return TooCostly("This is too much for one check, which was ended at its memory limit. Send it in parts.")
