"""The benchmarks run from end to end, on publications that are sound and the same for the same seed.

No figure is asserted: machines differ.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.generator import generate
from benchmarks.pages import Figure, cases, table
from sotegraph.soundness import check

ROOT = Path(__file__).parents[2]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_publication(tmp_path):
    for name, seed in (("one", 7), ("again", 7), ("other", 8)):
        generate(tmp_path / name, 2_000, seed)
    one, again, other = (contents(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert one != other


@pytest.mark.slow
def test_a_generated_publication_is_sound(tmp_path):
    generate(tmp_path / "library", 20_000)
    checked = check(tmp_path / "library")
    assert checked.sound, checked.findings
    assert checked.triples > 20_000


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wrk") is None and os.environ.get("CI") != "true", reason="no wrk on this machine")
def test_the_benchmarks_run_from_end_to_end(tmp_path):
    command = [sys.executable, "-m", "benchmarks", "--statements", "3000", "--rounds", "1", "--seconds", "1"]
    command += ["--engine", "oxigraph", "--format", "csv", "--cache", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stderr
    table = list(csv.DictReader(io.StringIO(ended.stdout)))
    measured = {(row["query"], row["texts"], row["engine"]) for row in table if row["query"] != "loading"}
    assert len(measured) == 4 * 2 * 2
    assert all(row["failed"] == "0" for row in table if row["query"] != "loading")


@pytest.mark.slow
def test_the_benchmark_of_validation_runs_from_end_to_end():
    command = [sys.executable, "-m", "benchmarks.validation", "--statements", "2000", "--rounds", "1", "--most", "1000"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stderr
    rows = [line.split("|") for line in ended.stdout.splitlines()[2:]]
    assert len(rows) == 12
    assert len({row[6].strip() for row in rows[:3]}) == 1, "the engines find as many results"


@pytest.mark.slow
def test_pages_are_measured_and_come_out_as_a_table(tmp_path):
    if shutil.which("wrk") is None:
        pytest.skip("no wrk on this machine")
    options = ["--statements", "3000", "--books", "20", "--rounds", "1", "--seconds", "1", "--without", "trifid"]
    command = [sys.executable, "-m", "benchmarks.pages", *options, "--cache", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=300)
    assert "prez: MISSING, no Python that has it was named (--prez)" in done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines()[2:]]
    assert {row[0] for row in rows} == {"sotegraph", "sotegraph, nothing kept", "oxigraph"}
    assert all(float(row[2].replace(",", "")) > 0 and row[4] == "0" for row in rows)


def test_the_table_of_pages_divides_by_whoever_was_measured():
    rates = {
        ("sotegraph", "HTML, warm"): 600,
        ("oxigraph", "CONSTRUCT, N-Triples"): 300,
        ("prez", "annotated Turtle"): 4,
    }
    found = {case: rates.get((case.server, case.name)) for case in cases()}
    figures = {case: [Figure(rate, 0, 1.5)] for case, rate in found.items() if rate is not None}
    assert table(figures).splitlines() == [
        "| server | what | answers/s | p99 ms | failed | / oxigraph, CONSTRUCT, N-Triples | / prez, annotated Turtle |",
        "|---|---|---:|---:|---:|---:|---:|",
        "| sotegraph | HTML, warm | 600 | 1.5 | 0 | 2.00 | 150.00 |",
        "| oxigraph | CONSTRUCT, N-Triples | 300 | 1.5 | 0 | 1.00 | 75.00 |",
        "| prez | annotated Turtle | 4 | 1.5 | 0 | 0.01 | 1.00 |",
    ]
