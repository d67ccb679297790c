"""What is imported is declared: a fresh environment has nothing else."""

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = CONFIGURATION["project"]
IMPLIED = {"markupsafe", "pydantic", "pydantic-core", "pyparsing", "starlette"}
"""What jinja2, pydantic-settings, rdflib and fastapi are made of: their errors and types are ours to know."""
BEHIND = {"python-multipart", "tzdata"}
"""What starlette imports itself, once a form with files is read, and zoneinfo where the system knows no time zones."""
OWN = {"sotegraph", "benchmarks", "tests", "reference"}


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w.-]+", each)[0].lower().replace("_", "-") for each in requirements}


@cache
def imported(folder: str) -> dict[str, str]:
    """Top-level package → a file that imports it."""
    found = {}
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            found |= {module.partition(".")[0]: str(path.relative_to(ROOT)) for module in modules}
    return {name: path for name, path in found.items() if name not in OWN | set(sys.stdlib_module_names)}


@cache
def installed() -> Mapping[str, list[str]]:
    """Top-level package → the distributions that it comes from; to find out takes a while."""
    return packages_distributions()


def undeclared(folder: str, declared: set[str]) -> dict[str, str]:
    distributions = installed()
    return {
        name: path
        for name, path in imported(folder).items()
        if not {each.lower().replace("_", "-") for each in distributions.get(name, [name])} & declared
    }


def test_what_the_software_imports_is_declared():
    declared = names(PROJECT["dependencies"])
    building = names(CONFIGURATION["build-system"]["requires"])
    extras = names([each for name in ("bulk", "fast") for each in PROJECT["optional-dependencies"][name]])
    assert undeclared("src", declared | building | extras | IMPLIED) == {}
    assert len(declared) > 5


def test_what_the_tests_import_is_declared():
    declared = names(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"])
    assert undeclared("tests", declared | IMPLIED) == {}


def test_nothing_is_declared_that_nobody_imports():
    distributions = installed()
    used = {each.lower().replace("_", "-") for name in imported("src") for each in distributions.get(name, [name])}
    assert names(PROJECT["dependencies"]) <= used | BEHIND
