"""Finding and reading the files that ship with the program: ontology, shapes, questions, cases, mappings, schemas."""

from collections.abc import Iterator
from pathlib import Path

from kg.errors import NotFound

_PACKAGE = Path(__file__).resolve().parent
# In a checkout these two stand at the top level; a wheel carries them inside the package.
_TOP_LEVEL = ("ontology", "shapes")


def ontology_dir() -> Path:
    """Return the folder of the vocabulary: `core.ttl`, `codes/`, `alignments/`."""
    return _folder("ontology")


def shapes_dir() -> Path:
    """Return the folder of the SHACL shapes."""
    return _folder("shapes")


def questions_dir() -> Path:
    """Return the folder of the named questions, one `.rq` file each."""
    return _folder("questions")


def cases_dir() -> Path:
    """Return the folder of the case files that ship with the program."""
    return _folder("cases")


def mappings_dir() -> Path:
    """Return the folder of the table mappings that ship with the program."""
    return _folder("mappings")


def schema_dir() -> Path:
    """Return the folder of the published JSON Schemas."""
    return _folder("schema")


def read_text(name: str) -> str:
    """Return the UTF-8 text of a shipped file named by its folder and path; NotFound names what was looked for.

    >>> read_text("ontology/no-such-file.ttl")
    Traceback (most recent call last):
    kg.errors.NotFound: the program ships no file ontology/no-such-file.ttl
    """
    folder, _, rest = name.partition("/")
    root = _folder(folder)
    path = (root / rest).resolve()
    if not (path.is_relative_to(root) and path.is_file()):
        raise NotFound(f"the program ships no file {name}")
    return path.read_text(encoding="utf-8")


def iter_ttl(folder: str) -> Iterator[Path]:
    """Yield every Turtle file under `folder` ("ontology", "shapes", "ontology/codes"…), in order of path."""
    yield from _iter_files(folder, "*.ttl")


def iter_questions() -> Iterator[Path]:
    """Yield the file of every named question, in order of name."""
    yield from _iter_files("questions", "*.rq")


def iter_cases() -> Iterator[Path]:
    """Yield every case file that ships with the program, in order of name."""
    yield from _iter_files("cases", "*.yaml")


def iter_mappings() -> Iterator[Path]:
    """Yield every table mapping that ships with the program, in order of name."""
    yield from _iter_files("mappings", "*.yaml")


def _iter_files(folder: str, pattern: str) -> Iterator[Path]:
    top, _, rest = folder.partition("/")
    root = _folder(top) / rest
    if not root.is_dir():
        raise NotFound(f"the program ships no folder {folder}")
    yield from sorted(root.rglob(pattern))


def _folder(name: str) -> Path:
    shipped = _PACKAGE / f"_{name}" if name in _TOP_LEVEL else _PACKAGE / name
    if shipped.is_dir():
        return shipped
    beside = _PACKAGE.parent / name
    if name in _TOP_LEVEL and beside.is_dir():
        return beside
    raise NotFound(f"the program ships no folder {name}; this installation is incomplete, install it again")
