"""What ships: the wheel holds the ontology, shapes and data, and works outside a checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target), str(ROOT)]
    subprocess.run(command, check=True)
    (built,) = target.glob("*.whl")
    return built


def test_the_wheel_holds_the_whole_publication(wheel):
    shipped = {name.removeprefix("sotegraph/bundled/") for name in zipfile.ZipFile(wheel).namelist()}
    folders = ("ontology", "shapes", "data")
    kept = {str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert len(kept) > 30
    assert kept <= shipped


def test_the_wheel_holds_what_the_pages_need(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for suffix in (".html", ".css", ".po", "py.typed", "vocabulary/publication.ttl"):
        assert any(name.endswith(suffix) for name in names), suffix


def test_the_wheel_holds_the_query_editor_where_there_is_npm_and_not_its_sources(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    built = shutil.which("npm") is not None or os.environ.get("CI") == "true"
    assert ("sotegraph/web/static/query-editor.js" in names) == built
    assert not any(name.startswith("sotegraph/web/editor/") for name in names)


def test_the_installed_wheel_answers_outside_a_checkout(wheel, tmp_path):
    """Dependencies come from this environment; sotegraph itself only from the wheel."""
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    site = home / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    python = home / "bin" / "python"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), sysconfig.get_path("purelib")])}
    question = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    command = [str(python), "-m", "sotegraph", "query", "--format", "csv", question]
    answer = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    assert int(answer.stdout.split()[1]) >= 8
    where = subprocess.run(
        [str(python), "-c", "import sotegraph; print(sotegraph.__file__)"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert str(site) in where.stdout
