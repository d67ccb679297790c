"""The query editor is bundled when the package is built where there is npm, and only then; no bundle is committed."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sotegraph.web.editor.build_hook import BUNDLE, HERE, EditorBuildHook, EditorNotBuilt, build_editor

ROOT = Path(__file__).parents[1]


class Said:
    """What the hook tells the person who builds."""

    def __init__(self) -> None:
        self.infos, self.warnings = [], []

    def display_info(self, text: str) -> None:
        self.infos.append(text)

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A checkout with the sources of the editor and no bundle."""
    shutil.copytree(ROOT / HERE, tmp_path / HERE)
    (tmp_path / BUNDLE).parent.mkdir(parents=True)
    return tmp_path


@pytest.fixture
def without_npm(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))


def hook(root: Path, said: Said) -> EditorBuildHook:
    return EditorBuildHook(str(root), {}, None, None, str(root), "wheel", said)


def test_without_npm_the_package_is_built_without_the_editor_and_says_so(checkout, without_npm):
    said = Said()
    hook(checkout, said).initialize("standard", {})
    assert not (checkout / BUNDLE).exists()
    (warning,) = said.warnings
    assert warning == "There is no npm to build the query editor with. The pages work without the query editor."


def test_a_bundle_of_older_sources_does_not_stay(checkout, without_npm):
    (checkout / BUNDLE).write_text("// Made of something else\n")
    with pytest.raises(EditorNotBuilt):
        build_editor(checkout)
    assert not (checkout / BUNDLE).exists()


def test_npm_that_fails_is_told_of(checkout, monkeypatch, tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no such package >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    said = Said()
    hook(checkout, said).initialize("editable", {})
    assert said.warnings == ["npm failed: no such package The pages work without the query editor."]


def test_the_lock_file_names_no_registry_and_every_package_by_its_digest():
    packages = json.loads((ROOT / HERE / "package-lock.json").read_text("utf-8"))["packages"]
    installed = {name: each for name, each in packages.items() if name}
    assert len(installed) > 10
    for name, each in installed.items():
        assert "resolved" not in each, name
        assert each["integrity"].startswith("sha512-"), name


def test_the_bundle_is_not_for_the_repository():
    assert f"/{BUNDLE}" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    if not (ROOT / ".git").exists():
        pytest.skip("no repository")
    tracked = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "src/sotegraph/web/app.py" in tracked
    assert str(BUNDLE) not in tracked


@pytest.mark.slow
def test_with_npm_the_bundle_has_no_eval_and_the_licences_of_what_is_in_it(checkout, monkeypatch):
    if shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no npm on this machine")
        pytest.skip("no npm on this machine")
    said = Said()
    hook(checkout, said).initialize("standard", {})
    assert said.warnings == []
    bundle = (checkout / BUNDLE).read_text("utf-8")
    assert "eval(" not in bundle
    assert "new Function(" not in bundle
    assert "/*! @codemirror/autocomplete" in bundle
    assert "Permission is hereby granted" in bundle
    monkeypatch.setenv("PATH", "")
    assert build_editor(checkout).endswith("is up to date.")
