"""Keeps the floors: what may import what, where each third-party library lives, and what no committed file may name."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A room may import rooms of lower floors only. The longest name that fits a module is its room.
FLOORS = {
    0: ("kg", "kg.errors", "kg.nearest", "kg.terms"),
    1: ("kg.values", "kg.resources"),
    2: ("kg.model", "kg.units", "kg.codes"),
    3: ("kg.iris", "kg.check", "kg.sentences"),
    4: ("kg.rdf", "kg.log"),
    5: ("kg.intake", "kg.store", "kg.derive", "kg.planning", "kg.rules", "kg.surroundings"),
    6: ("kg.access", "kg.drafts", "kg.elsewhere", "kg.kept", "kg.questions", "kg.reading", "kg.serving"),
    7: ("kg.analysis", "kg.export", "kg.vocabulary"),
    8: ("kg.nearby", "kg.projections", "kg.prospect"),
    9: (
        "kg.earlier",
        "kg.handed_out",
        "kg.pipeline",
        "kg.keeping",
        "kg.record",
        "kg.showing",
        "kg.publish",
        "kg.projecting",
        "kg.remote_record",
        "kg.harvesting",
        "kg.undoing",
    ),
    10: ("webui", "kg.bulk"),
    11: ("kg.cli",),
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}

# Neighbours on one floor that may be used, in this direction only, each for its reason.
SIDEWAYS: dict[tuple[str, str], str] = {
    ("kg.keeping", "kg.earlier"): "a withdrawal removes the earlier graphs",
    ("kg.handed_out", "kg.earlier"): "what is made on request lies in one place",
    ("kg.remote_record", "kg.record"): "it has the face of an open record",
    ("kg.vocabulary", "kg.analysis"): "the rules of what is derived are theirs",
    ("kg.prospect", "kg.nearby"): "it looks ahead among what is around a small batch",
    ("kg.prospect", "kg.projections"): "it looks ahead to what the projections will be",
}

# Library → the rooms or modules that may import it. A name covers everything under it.
HOMES = {
    "SPARQLWrapper": ("kg.store.remote",),
    "click": ("kg.cli",),
    "cryptography": ("kg.log", "kg.publish.signing"),
    "duckdb": ("kg.store", "kg.rules"),
    "flask": ("webui",),
    "jinja2": ("webui",),
    "jsonschema": ("kg.intake",),
    "markupsafe": ("webui",),
    "mgrs": ("kg.values",),
    "networkx": ("kg.analysis.origins.flows",),
    "numpy": ("kg.analysis.facets",),
    "openpyxl": ("kg.intake",),
    "orjson": ("kg.iris",),
    "prov": ("kg.export",),
    "pyarrow": ("kg.analysis.facets", "kg.intake", "kg.store"),
    "pyoxigraph": (
        "kg.check",
        "kg.codes",
        "kg.export",
        "kg.rdf",
        "kg.store.answering",
        "kg.store.dataset",
        "kg.store.embedded",
        "kg.store.loading",
    ),
    "pyshacl": ("kg.check",),
    "pyspark": ("kg.elsewhere",),
    "rdflib": ("kg.check", "kg.export"),
    "rich": ("kg.cli",),
    "ruamel": ("kg.intake",),
    "shacl": ("kg.check",),
    "sqlglot": ("kg.elsewhere",),
    "waitress": ("webui",),
    "werkzeug": ("webui",),
    "zstandard": ("kg.intake", "kg.log", "kg.publish.dumps", "kg.publish.sources"),
}

# The two places where everything that went wrong may be caught: the edge of the command and the edge of the web.
CATCH_ALLS = ("kg.cli", "webui.errors")


class Import(NamedTuple):
    module: str
    name: str
    line: int


@cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for package in ("kg", "webui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return found


def iter_imports(module: str, tree: ast.Module) -> Iterator[Import]:
    """Yield every import of a module, those inside functions and under TYPE_CHECKING included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively; name the module in full"
            # `from kg import iris` imports the room kg.iris, not the package kg.
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield Import(module, inner if inner in modules() else str(node.module), node.lineno)


def all_imports() -> list[Import]:
    return [found for module, tree in modules().items() for found in iter_imports(module, tree)]


def is_under(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


def room_of(module: str) -> str:
    rooms = [room for room in FLOOR_OF if module == room or (room != "kg" and is_under(module, room))]
    assert rooms, f"{module} is in no room of FLOORS"
    return max(rooms, key=len)


def is_allowed(importer: str, imported: str) -> bool:
    here, there = room_of(importer), room_of(imported)
    return here == there or (here, there) in SIDEWAYS or FLOOR_OF[there] < FLOOR_OF[here]


def test_every_module_is_in_a_room():
    assert {room_of(module) for module in modules()} <= set(FLOOR_OF)


def test_the_page_of_the_house_shows_these_floors():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = {
        int(floor): set(re.findall(r"`(.+?)`", rooms)) for floor, rooms in re.findall(r"(?m)^\| (\d+) \| (.+)", page)
    }
    assert shown == {floor: set(rooms) - {"kg"} for floor, rooms in FLOORS.items()}


def test_a_room_imports_lower_floors_only():
    ours = [found for found in all_imports() if found.name.split(".")[0] in ("kg", "webui")]
    wrong = [found for found in ours if not is_allowed(found.module, found.name)]
    assert wrong == []


def test_neighbours_that_may_be_used_do_not_use_each_other_back():
    assert all(FLOOR_OF[here] == FLOOR_OF[there] for here, there in SIDEWAYS)
    assert not {(there, here) for here, there in SIDEWAYS} & set(SIDEWAYS)


def test_each_third_party_library_is_imported_at_home_only():
    wrong = [
        found
        for found in all_imports()
        if (home := HOMES.get(found.name.split(".")[0])) is not None
        and not any(is_under(found.module, place) for place in home)
    ]
    assert wrong == []


def test_every_library_imported_has_a_home():
    known = {*HOMES, *sys.stdlib_module_names, "kg", "webui"}
    homeless = [found for found in all_imports() if found.name.split(".")[0] not in known]
    assert homeless == []


def test_only_the_two_edges_catch_everything():
    everything = {"Exception", "BaseException"}
    wrong = []
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler) or module in CATCH_ALLS:
                continue
            names = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else everything
            if names & everything:
                wrong.append(f"{module}:{node.lineno}")
    assert wrong == []


@pytest.mark.parametrize("module", CATCH_ALLS)
def test_an_edge_catches_everything_once_at_most(module):
    handlers = [
        node for node in ast.walk(modules().get(module, ast.Module([], []))) if isinstance(node, ast.ExceptHandler)
    ]
    broad = [node for node in handlers if isinstance(node.type, ast.Name) and node.type.id == "Exception"]
    assert len(broad) <= 1
    assert [node.lineno for node in handlers if node.type is None] == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("kg.model.claims", "kg.iris"),
        ("kg.values.dates", "kg.resources"),
        ("webui.app", "kg.cli"),
        ("kg.rules", "kg.pipeline"),
    ],
)
def test_the_floors_refuse_what_climbs(importer, imported):
    assert not is_allowed(importer, imported)


# Built from parts, so that this file does not hold what it forbids.
HOSTS = ("registry." + "npmjs", "registry." + "yarnpkg", "files." + "pythonhosted", "pypi." + "org", "deb." + "debian")
FORBIDDEN = re.compile("|".join([*map(re.escape, HOSTS), r"(?<![\w.~}$<>)*-])/(?:work|root|tmp|home|opt|farm)/"]))


def committed_text() -> Iterator[tuple[str, str]]:
    """Yield path and text of every file that is committed or about to be; what is not UTF-8 is not text."""
    if shutil.which("git") is None:
        pytest.skip("no git on this machine")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listing.stdout.decode().split("\0")):
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue


def test_no_committed_file_names_a_registry_host_or_a_path_of_one_machine():
    wrong = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in committed_text()
        for number, line in enumerate(text.splitlines(), start=1)
        if FORBIDDEN.search(line)
    ]
    assert wrong == []


def test_the_locks_name_no_address_at_all():
    locks = [(name, text) for name, text in committed_text() if name.endswith((".lock", "package-lock.json"))]
    assert len(locks) >= 4
    assert [name for name, text in locks if "://" in text or '"resolved"' in text] == []


def test_every_locked_python_package_is_pinned_with_its_hashes():
    for name, text in committed_text():
        if name.endswith(".lock"):
            entries = re.split(r"^(?=[A-Za-z])", text, flags=re.MULTILINE)[1:]
            assert all(re.match(r"[\w.-]+==\S+ \\\n\s+--hash=sha256:", entry) for entry in entries), name


def test_every_benchmark_draws_its_records_from_the_generator():
    benches = {path.stem: ast.parse(path.read_text("utf-8")) for path in (ROOT / "tests" / "bench").glob("bench_*.py")}

    def draws(name: str) -> bool:
        found = {found.name for found in iter_imports(name, benches[name])}
        others = (each.split(".")[2] for each in found if each.startswith("tests.bench.bench_"))
        return any(is_under(each, "tests.generator") for each in found) or any(map(draws, others))

    assert [name for name in benches if not draws(name)] == []
