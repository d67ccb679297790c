"""The site of a publication folder that a test may change."""

from __future__ import annotations

from pathlib import Path

from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app
from tests.client import Client


def site_of(folder: Path) -> Client:
    """Asks the site of *folder*; queries run in this process."""
    settings = Settings(access_log=False)
    index = load_folder(folder, settings)
    return Client(create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings)))
