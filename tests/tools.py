"""Tools from npm that only tests use: found where they were installed, and never part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_VARIABLE = "SOTEGRAPH_TEST_NODE_MODULES"


def node_tool(path: str) -> Path:
    """The file *path* below the folder of installed packages; without one the test skips, and in the build it fails."""
    folder = os.environ.get(_VARIABLE)
    found = Path(folder) / path if folder else None
    if found is not None and found.is_file():
        return found
    packages = "axe-core vnu-jar rdf-canonize ldes-client node"
    reason = f"{path} is not there: npm install --prefix FOLDER {packages}, and {_VARIABLE}=FOLDER/node_modules"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
