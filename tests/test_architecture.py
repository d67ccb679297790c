"""Imports go down only, and each foreign library has one door: the contracts of ``pyproject.toml`` hold."""

from pathlib import Path

from importlinter.application.use_cases import create_report, read_user_options

ROOT = Path(__file__).parents[1]


def test_every_contract_of_the_floors_is_kept(monkeypatch):
    monkeypatch.chdir(ROOT)
    report = create_report(read_user_options(str(ROOT / "pyproject.toml")), show_timings=False)
    assert not report.could_not_run
    assert report.kept_count >= 3
    assert report.broken_count == 0


def test_no_module_outgrows_what_one_reader_can_hold():
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert len(lengths) > 20
    assert {str(path): count for path, count in lengths.items() if count > 400} == {}
