"""The one door for data coming in: files of any kind are read as RDF, each statement with its place."""

from sotegraph.ingest.files import Limits, SubmittedFile
from sotegraph.ingest.reading import Reading, read_files

__all__ = ["Limits", "Reading", "SubmittedFile", "read_files"]
