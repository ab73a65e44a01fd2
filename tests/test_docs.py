"""What the README and docs/ name exists, what exists is named there, and the tutorial's case is in order."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kg.cli import averment

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CONTEXT = click.Context(averment)
COMMANDS = {name: averment.get_command(CONTEXT, name) for name in averment.list_commands(CONTEXT)}
QUESTIONS = {path.stem for path in (ROOT / "kg" / "questions").glob("*.rq")}
CALL = re.compile(r"(?:^\$ |^|`|; )averment ([a-z]+)([^`|\n;]*)", re.MULTILINE)


def _calls(page: Path) -> list[tuple[str, str]]:
    return CALL.findall(page.read_text(encoding="utf-8"))


def _options(name: str) -> set[str]:
    command = COMMANDS[name]
    assert command is not None
    return {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}


def _fenced(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_readme_is_at_most_120_lines() -> None:
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_that_a_page_names_exists(page: Path) -> None:
    for command, rest in _calls(page):
        assert command in COMMANDS, f"{page.name} names `averment {command}`"
        unknown = set(re.findall(r"(?<!\S)--[a-z][a-z-]*", rest)) - _options(command)
        assert not unknown, f"{page.name} gives `averment {command}` {sorted(unknown)}"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_told_in_the_help_and_named_on_a_page(name: str) -> None:
    command = COMMANDS[name]
    assert command is not None
    assert command.help
    assert any(f"averment {name}" in page.read_text(encoding="utf-8") for page in PAGES) or f"make {name}" in README


def test_the_page_of_questions_names_exactly_the_questions_there_are() -> None:
    text = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## ([a-z-]+)$", text, re.MULTILINE)) == QUESTIONS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_question_that_a_page_asks_exists(page: Path) -> None:
    asked = {rest.split()[0] for command, rest in _calls(page) if command == "ask" and rest.strip()}
    assert {name for name in asked if re.fullmatch(r"[a-z-]+", name) and name[0] != "-"} <= QUESTIONS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_and_picture_a_page_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_the_tutorial_is_recorded_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "flood.txt").write_text(_fenced("case-files.md", "text")[0], encoding="utf-8")
    case = tmp_path / "flood.yaml"
    case.write_text(_fenced("case-files.md", "yaml")[0], encoding="utf-8")
    data = ["--data", str(tmp_path / "record")]
    assert CliRunner().invoke(averment, ["init", *data]).exit_code == 0
    added = CliRunner().invoke(averment, ["add", str(case), *data])
    assert (added.exit_code, "2 claims and 2 relays recorded in entry 1" in added.output) == (0, True), added.output


def test_the_tutorials_mistake_is_told_as_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "flood.txt").write_text(_fenced("case-files.md", "text")[0], encoding="utf-8")
    case = tmp_path / "flood.yaml"
    case.write_text(_fenced("case-files.md", "yaml")[0].replace("measure: killed", "measure: kiled"), encoding="utf-8")
    told = CliRunner().invoke(averment, ["check", str(case), "--data", str(tmp_path / "record")])
    page = (ROOT / "docs" / "case-files.md").read_text(encoding="utf-8")
    shown = next(line for line in page.splitlines() if "kiled" in line)
    assert shown in told.output.replace(f"{tmp_path}/", "")
