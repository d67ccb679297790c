"""Validation from a program: a publication's validator in one call, with everything that its answers are made of.

>>> submission = SubmittedFile("books.ttl", b"<urn:a> <urn:b> <urn:c> .")
>>> submission.name
'books.ttl'
"""

from __future__ import annotations

from pathlib import Path

from sotegraph.ingest import Submission, SubmittedFile, Told, Validator, Where
from sotegraph.loading import load_folder
from sotegraph.settings import Settings, bundled_folder
from sotegraph.validation import Checker, Limits

__all__ = ["Submission", "SubmittedFile", "Told", "Validator", "Where", "open_validator"]


def open_validator(folder: Path | None = None, settings: Settings | None = None) -> Validator:
    """Return the validator of the publication in *folder*, or of the one that comes with sotegraph.

    Loading takes seconds: make one, and keep it. Raises PublicationError when a file is missing or malformed.
    """
    settings = settings or Settings.from_environment()
    index = load_folder(folder or bundled_folder(), settings)
    checker = Checker.of(index.publication, index.version, Limits.of(settings), more_shapes=settings.shapes)
    return Validator(index, checker)
