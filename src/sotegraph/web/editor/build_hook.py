"""Bundles the query editor when the package is built, where there is npm; without it the pages do without an editor.

The packages come from the npm registry as the lock file names them, and only the bundle stays: it is no part of the
repository. It is made anew when what it is made of has changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path("src/sotegraph/web/editor")
BUNDLE = Path("src/sotegraph/web/static/query-editor.js")
_SOURCES = ("package.json", "package-lock.json", "*.js")
_LONGEST_S = 120


class EditorNotBuilt(Exception):
    """The bundle cannot be made; the text says why."""


class EditorBuildHook(BuildHookInterface[Any]):
    """Runs before the wheel is put together, and before an editable installation."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """The bundle is up to date, or there is none, and a message says so."""
        try:
            self.app.display_info(build_editor(Path(self.root)))
        except EditorNotBuilt as reason:
            self.app.display_warning(f"{reason} The pages work without the query editor.")


def build_editor(root: Path) -> str:
    """Make the bundle of the checkout at *root*, unless it is up to date, and return what was done.

    Raises EditorNotBuilt where that is not possible; a bundle that is out of date is removed then.
    """
    target = root / BUNDLE
    mark = f"// Made of {_digest(root / HERE)}\n"
    if target.is_file() and target.read_text("utf-8").startswith(mark):
        return f"{BUNDLE} is up to date."
    target.unlink(missing_ok=True)
    npm = shutil.which("npm")
    if npm is None:
        raise EditorNotBuilt("There is no npm to build the query editor with.")
    with tempfile.TemporaryDirectory() as folder:
        target.write_text(mark + _bundled(npm, root / HERE, Path(folder)), "utf-8")
    return f"{BUNDLE} has been built from npm packages."


def _digest(sources: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(sources):
        digest.update(path.name.encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()


def _files(sources: Path) -> list[Path]:
    return sorted(path for pattern in _SOURCES for path in sources.glob(pattern))


def _bundled(npm: str, sources: Path, folder: Path) -> str:
    """The bundle with the licences of what is in it, made in *folder*."""
    for path in _files(sources):
        shutil.copy(path, folder)
    _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)
    _run(
        [
            str(folder / "node_modules" / ".bin" / "esbuild"),
            *("main.js", "--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8"),
            *("--log-level=warning", "--outfile=bundle.js", "--metafile=inputs.json"),
        ],
        folder,
    )
    inputs = json.loads((folder / "inputs.json").read_text("utf-8"))["inputs"]
    return (folder / "bundle.js").read_text("utf-8") + _licences(folder, inputs)


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_LONGEST_S)
    except subprocess.CalledProcessError as error:
        raise EditorNotBuilt(f"{Path(command[0]).name} failed: {error.stderr.strip()[-500:]}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EditorNotBuilt(f"{Path(command[0]).name} failed: {error}") from None


def _licences(folder: Path, inputs: dict[str, Any]) -> str:
    """The licences of the packages among *inputs* as a comment, each text once."""
    packages: dict[str, list[str]] = {}
    for name in sorted({_package(each) for each in inputs if each.startswith("node_modules/")}):
        text = (folder / "node_modules" / name / "LICENSE").read_text("utf-8").strip()
        packages.setdefault(text.replace("*/", "* /"), []).append(name)
    return "".join(f"/*! {', '.join(names)}\n\n{text}\n*/\n" for text, names in packages.items())


def _package(path: str) -> str:
    """The package that a file below ``node_modules`` belongs to.

    >>> _package("node_modules/@lezer/lr/dist/index.js"), _package("node_modules/crelt/index.js")
    ('@lezer/lr', 'crelt')
    """
    parts = path.split("/")[1:]
    return "/".join(parts[:2] if parts[0].startswith("@") else parts[:1])


def main() -> None:
    """Make the bundle of the checkout in the working directory; the build of a package does the same."""
    try:
        print(build_editor(Path.cwd()))
    except EditorNotBuilt as reason:
        raise SystemExit(str(reason)) from None


if __name__ == "__main__":
    main()
