"""Where the conformance data stands: `$CONFORMANCE_DATA`, else the folder `shared` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


def conformance_data() -> Path:
    """The folder of conformance suites and reference data; without it the caller skips, or fails in the build."""
    folder = Path(os.environ.get("CONFORMANCE_DATA") or REPOSITORY.parent / "shared").resolve()
    if not (folder / "suites").is_dir():
        reason = f"no conformance data in {folder}: set CONFORMANCE_DATA to the folder that has suites/"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason, allow_module_level=True)
    return folder
