"""Imports go down only, and each foreign library has one door: the contracts of ``pyproject.toml`` hold."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_contract_of_the_floors_is_kept():
    """In a process of its own, because the linter sets up logging for all of its process."""
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "Contracts: 4 kept, 0 broken." in run.stdout


def test_no_module_outgrows_what_one_reader_can_hold():
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert len(lengths) > 20
    assert {str(path): count for path, count in lengths.items() if count > 400} == {}
