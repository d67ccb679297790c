"""The files of the pages' looks, read once: their addresses change with their content, so they are kept for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
EDITOR = "query-editor.js"
"""The query editor, which is built from npm packages where there is npm; without it the pages do without."""
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """One file of ``static/``."""

    name: str
    body: bytes
    content_type: str
    digest: str

    @property
    def path(self) -> str:
        """The address, with the digest of the content."""
        return f"/static/{self.digest}/{self.name}"


@dataclass(frozen=True)
class Assets:
    """All files of ``static/``; *digest* stands for them and the templates together."""

    files: Mapping[str, Asset]
    digest: str


def read_assets() -> Assets:
    """Return the files that come with the package."""
    files = {path.name: _asset(path) for path in sorted((HERE / "static").iterdir()) if path.suffix in _TYPES}
    templates = (path.read_bytes() for path in sorted((HERE / "templates").iterdir()))
    return Assets(files, _digest(b"".join((*templates, *(each.body for each in files.values())))))


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(path.name, body, _TYPES[path.suffix], _digest(body))


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]
