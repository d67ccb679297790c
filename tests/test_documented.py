"""What exists is documented, and what is documented exists: settings, commands, formats, addresses, errors."""

import re
from pathlib import Path

import click
import pytest

from sotegraph.cli import main
from sotegraph.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_of_the_readme_exists():
    documented = set(re.findall(PREFIX + r"[A-Z_]+", README))
    assert documented == {PREFIX + name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_a_sentence_and_an_example(name):
    command = main.commands[name]
    assert command.help
    assert f"sotegraph {name}" in (command.epilog or "")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_every_command_of_the_readme_exists():
    assert set(re.findall(r"<code>sotegraph ([\w-]+)</code>", README)) == set(main.commands)


def test_every_folder_at_the_top_is_on_the_map():
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    folders -= {"dist", "build", "htmlcov"}
    assert folders
    for folder in folders:
        assert f"`{folder}/`" in README, folder


def test_every_link_of_the_readme_to_a_file_leads_somewhere():
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_every_error_kind_of_the_readme_exists():
    from tests.reference import error_kinds

    assert error_kinds() in README
