"""The first look at a case file: its form, by the published JSON Schema, told in plain words."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from kg import resources
from kg.intake.sheet import Sheet
from kg.intake.yamltext import Path
from kg.nearest import suggest

SCHEMA = "schema/case.schema.json"
MAPPING_SCHEMA = "schema/mapping.schema.json"
_TYPES = {
    "object": "fields (a mapping)",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
}
# Where one idea has another name than its neighbours, the hint a nearest spelling would not give.
_HINTS = {
    ("assessment", "about"): "an assessment says `of`",
    ("partition", "about"): "a partition says `whole`",
    ("identity", "about"): "an identity says `one`",
    ("responsibility", "actors"): "name one actor; for several together describe an agent of kind joint-voice",
}


@lru_cache(maxsize=2)
def load_schema(name: str = SCHEMA) -> dict[str, Any]:
    """A published JSON Schema (draft 2020-12): that of case files, or that of mappings."""
    schema: dict[str, Any] = json.loads(resources.read_text(name))
    return schema


@lru_cache(maxsize=2)
def _validator(name: str) -> Any:
    """The schema without its choices: codes, references and either-or are told better where their meaning is known."""
    # Here, as only files of a person's own writing are held against it, and workers that read tables are many.
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    silent = dict.fromkeys(("anyOf", "oneOf"), lambda *_: iter(()))
    return extend(Draft202012Validator, silent)(load_schema(name))  # type: ignore[no-untyped-call]


def check_structure(sheet: Sheet, *, schema: str = SCHEMA) -> None:
    """Note every departure from the form of a file, and take the values of a wrong form out of the sheet."""
    unfit: list[Path] = []
    for error in _validator(schema).iter_errors(sheet.tree.data):
        unfit.extend(_tell(sheet, error))
    for at in sorted(set(unfit), key=len, reverse=True):
        sheet.drop(at)


def _tell(sheet: Sheet, error: Any) -> Iterator[Path]:
    """Note the problems of one validation error; yield the paths that cannot be read further."""
    at: Path = tuple(error.absolute_path)
    if "propertyNames" in list(error.schema_path)[-3:]:
        key = str(error.instance)
        remedy = _about(error.schema)
        sheet.refuse((*at, key), "not a key that can stand here", remedy, value=key)
        yield (*at, key)
    elif error.validator == "additionalProperties":
        _tell_unknown(sheet, at, error)
    elif error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                described = _about(error.schema.get("properties", {}).get(name, {}))
                sheet.refuse((*at, name), "missing", f"give `{name}`: {described}", value="")
    else:
        sheet.refuse(at, *_explain(error))
        yield at


def _tell_unknown(sheet: Sheet, at: Path, error: Any) -> None:
    known = error.schema.get("properties", {})
    for name in error.instance:
        if name not in known:
            hint = _HINTS.get((str(at[-1]) if at else "", name)) or suggest(name, list(known), what="field")
            sheet.refuse((*at, name), "unknown field", hint, value=name)


def _explain(error: Any) -> tuple[str, str]:
    """The reason and the remedy of an error that concerns one value."""
    rule, wanted, given = error.validator, error.validator_value, error.instance
    if rule == "type":
        listed = f"write a list, [{given}]: " if wanted == "array" and isinstance(given, str) else ""
        return _explain_type(wanted, given), listed + _about(error.schema)
    if rule == "enum":
        return "not one of the words that can stand here", suggest(str(given), wanted, what="word")
    if rule == "const":
        return "not a version of the form that this program reads", f"write {wanted}"
    if rule == "pattern":
        return "not of the form that this field needs", _about(error.schema)
    if rule in ("minLength", "minItems", "minProperties"):
        few = f"it has {len(given)} of at least {wanted}" if given else "nothing stands here"
        return few, _about(error.schema)
    if rule in ("maxLength", "maxItems", "maxProperties"):
        listed = f": {', '.join(map(str, given))}" if isinstance(given, dict) else ""
        return f"it has {len(given)} of at most {wanted}{listed}", _about(error.schema)
    if rule in ("minimum", "maximum"):
        return f"{'less' if rule == 'minimum' else 'more'} than {wanted:,}", _about(error.schema)
    raise NotImplementedError(f"the schema uses {rule}, which has no words here")


def _explain_type(wanted: Any, given: Any) -> str:
    names = [_TYPES[each] for each in ([wanted] if isinstance(wanted, str) else wanted)]
    needed = " or ".join(names)
    if given is None:
        return f"nothing is written here, where {needed} belongs"
    if isinstance(given, bool):
        return f"true or false stands where {needed} belongs"
    kind = {dict: "object", list: "array", str: "string", int: "integer", float: "number"}[type(given)]
    return f"{_TYPES[kind]} stands where {needed} belongs"


def _about(schema: Any) -> str:
    """What a part of the schema says about itself, following one reference."""
    if "description" not in schema and "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        described = load_schema()["$defs"]
        schema = described[name] if name in described else load_schema(MAPPING_SCHEMA)["$defs"][name]
    return str(schema.get("description", "see docs/case-files.md and docs/mappings.md"))
