"""Builds the wheel, installs it elsewhere, and uses it there: nothing it needs may have stayed in the checkout."""

import os
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.long


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(target.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    target = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    return target


def run_there(installed: Path, code: str) -> str:
    """Run `code` where only the installed package can be found, the checkout's own editable install left out."""
    leave_out = f"import sys; sys.path[:] = [p for p in sys.path if p != {str(ROOT)!r}]\n"
    done = subprocess.run(
        [sys.executable, "-c", leave_out + code],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def shipped(installed: Path, call: str) -> list[Path]:
    code = f"from kg import resources\nfor path in {call}: print(path)"
    return [Path(line) for line in run_there(installed, code).splitlines()]


def relative(paths: list[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


@pytest.mark.parametrize("folder", ["ontology", "shapes"])
def test_the_installed_package_has_every_turtle_file_of_the_checkout(installed, folder):
    there = relative(shipped(installed, f"resources.iter_ttl({folder!r})"), installed / "kg" / f"_{folder}")
    here = relative(sorted((ROOT / folder).rglob("*.ttl")), ROOT / folder)
    assert there == here
    assert there


@pytest.mark.parametrize(
    ("call", "folder", "pattern"),
    [
        ("resources.iter_questions()", "questions", "*.rq"),
        ("resources.iter_cases()", "cases", "*.yaml"),
        ("resources.iter_mappings()", "mappings", "*.yaml"),
        ("resources.schema_dir().rglob('*.json')", "schema", "*.json"),
    ],
)
def test_the_installed_package_has_every_shipped_file_of_the_checkout(installed, call, folder, pattern):
    there = relative(shipped(installed, f"sorted({call})"), installed / "kg" / folder)
    here = relative(sorted((ROOT / "kg" / folder).rglob(pattern)), ROOT / "kg" / folder)
    assert there == here
    assert there


def test_the_installed_ontology_reads_as_the_checkouts(installed):
    there = run_there(installed, "from kg import resources; print(resources.read_text('ontology/core.ttl'), end='')")
    assert there == (ROOT / "ontology" / "core.ttl").read_text(encoding="utf-8")


def test_the_browser_code_and_its_licences_are_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    vendor = (
        "editor.js",
        "graph.js",
        "graph.css",
        "map.js",
        "map.css",
        "countries-50m.json",
        "LICENSES.txt",
    )
    assert {f"webui/static/vendor/{name}" for name in vendor} <= names


def test_every_template_and_static_file_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = [
        path for folder in ("templates", "static") for path in (ROOT / "webui" / folder).rglob("*") if path.is_file()
    ]
    assert {path.relative_to(ROOT).as_posix() for path in ours} <= names


def test_nothing_that_only_builds_or_tests_is_in_the_wheel(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"kg", "webui"}
    assert [name for name in names if "node_modules" in name or "frontend" in name or "axe" in name] == []


def test_the_command_answers_from_the_installed_package(installed):
    code = """
from click.testing import CliRunner
from kg import cli
print(cli.__file__, CliRunner().invoke(cli.averment, ["--help"]).exit_code)
"""
    assert run_there(installed, code).split() == [str(installed / "kg" / "cli" / "__init__.py"), "0"]


def test_the_wheel_asks_for_ranges_not_for_exact_versions(wheel):
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    needs = message_from_string(archive.read(name).decode()).get_all("Requires-Dist")
    assert needs
    assert [need for need in needs if "==" in need.split(";")[0]] == []
