"""Makes the published JSON Schema of mappings from that of case files: the same fields, and values from the row."""

import json
from copy import deepcopy

from kg import resources

SECTIONS = {"documents": "document", "agents": "agent", "events": "event", "sets": "set", "victims": "victim"}
SECTIONS |= {"occasions": "occasion"}
TEXTS = {"type": ["string", "array"], "minLength": 1, "minItems": 1, "items": {"type": "string"}}
SHAPE = {
    "file": ("The file, beside the mapping or in the folder named with --from.", {"type": "string", "minLength": 1}),
    "format": (
        "What it is, where its name does not tell.",
        {"enum": ["csv", "json", "jsonl", "parquet", "tsv", "xlsx"]},
    ),
    "delimiter": (
        "What parts the cells. Left out: a comma, or a tab in TSV.",
        {"type": "string", "minLength": 1, "maxLength": 1},
    ),
    "header": (
        "The row that names the columns, in CSV, TSV and workbooks: what stands above it is not read. Left out: 1.",
        {"type": "integer", "minimum": 1},
    ),
    "encoding": ("How a CSV or TSV file encodes text. Left out: utf-8.", {"type": "string", "minLength": 1}),
    "sheet": ("The sheet of a workbook, where it has several.", {"type": "string", "minLength": 1}),
    "path": (
        "The JSON Pointer (RFC 6901) of the list of rows in nested JSON. Left out: the top.",
        {"type": "string", "minLength": 1},
    ),
}
EXPRESSION = {
    "column": ("The column whose cell is the value.", {"type": ["string", "integer"]}),
    "template": ("Text with {column} where a cell belongs; {column|key} makes the cell a key.", {"type": "string"}),
    "find": (
        "A regular expression for the part of the cell that is meant: its first (group), else all of it. A cell without"
        " it counts as empty.",
        {"type": "string", "minLength": 1},
    ),
    "map": (
        "What each cell stands for, here or under a name of maps:. A cell that is not listed refuses its row, unless"
        " `otherwise` says more.",
        {"type": ["object", "string"]},
    ),
    "patterns": (
        "What a cell stands for in which a regular expression is found; the first that is. \\1 in it is what the first"
        " (group) found, \\0 all that was found.",
        {"type": "object"},
    ),
    "otherwise": ("What a cell stands for that neither map nor codes know.", {"type": ["string", "integer", "number"]}),
    "codes": ("The scheme of codes whose own terms (skos:notation) the cells are.", {"type": "string"}),
    "split": ("What parts several values in one cell.", {"type": "string", "minLength": 1}),
    "date": ("The form of a date, such as %d/%m/%Y or edtf; several are tried in order.", TEXTS),
    "not_before": ("The first date that can be right.", {"type": ["string", "integer"]}),
    "not_after": ("The last date that can be right.", {"type": ["string", "integer"]}),
    "address": (
        "Whether the characters that no web address holds are escaped, as browsers do: a space becomes %20.",
        {"type": "boolean"},
    ),
    "blank": ("Cells that say no more than an empty one, such as -1 or n/a.", {"type": ["string", "integer", "array"]}),
}
WHERE = {
    "type": "object",
    "description": "What cells must be: filled, empty, values, {is, not, matches, unlike, differs, same}.",
    "minProperties": 1,
}


def described(parts):
    return {name: {**schema, "description": words} for name, (words, schema) in parts.items()}


def from_row(schema, defs):
    """A field of a case file, whose value may be drawn from the row as well."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name == "proposition" or name in defs["proposition"]["properties"]:
        return {**schema, "$ref": f"#/$defs/row-{name}"}
    words = schema.get("description") or (defs[name]["description"] if name else "An item.")
    return {"description": words, "anyOf": [loosen(schema, defs), {"$ref": "#/$defs/from-row"}]}


def loosen(schema, defs):
    """A field whose parts may be drawn from the row; what has no parts stays a reference."""
    name = schema.get("$ref", "").rpartition("/")[2]
    target = defs[name] if name else schema
    inner = target.get("additionalProperties")
    if not ({"properties", "items"} & target.keys() or isinstance(inner, dict)):
        return deepcopy(schema)
    made = {key: deepcopy(value) for key, value in target.items() if key not in ("anyOf", "oneOf", "description")}
    if "properties" in target:
        made["properties"] = {key: from_row(part, defs) for key, part in target["properties"].items()}
    if "items" in target:
        made["items"] = from_row(target["items"], defs)
    if isinstance(inner, dict):
        made["additionalProperties"] = from_row(inner, defs)
    return made


def row_object(schema, defs):
    made = {key: deepcopy(value) for key, value in schema.items() if key not in ("properties", "anyOf")}
    made["properties"] = {name: from_row(part, defs) for name, part in schema["properties"].items()}
    return made


def join_schema():
    return {
        "type": "object",
        "description": "A table whose row of the same key lends its cells, as name.column.",
        "properties": described(SHAPE)
        | {
            "on": {**TEXTS, "description": "The columns of this table that hold the key."},
            "to": {**TEXTS, "description": "The columns of the other table that hold it. Left out: the same names."},
            "required": {"type": "boolean", "description": "Whether a row without its fellow is refused."},
        },
        "additionalProperties": False,
        "required": ["file", "on"],
    }


def table_schema():
    properties = described(SHAPE) | {
        "key": {**TEXTS, "description": "The columns that make a row's identity; two rows alike in them are refused."},
        "where": {**WHERE, "description": f"Which rows are meant. {WHERE['description']}"},
        "values": {
            "type": "object",
            "description": "Names for what is drawn from cells, used like columns; what uses one that is split is made"
            " once for each part.",
            "additionalProperties": {"$ref": "#/$defs/from-row"},
        },
        "join": {
            "type": "object",
            "description": "Other tables, by the name they have here.",
            "additionalProperties": {"$ref": "#/$defs/join"},
        },
        "expect": {
            "type": "array",
            "description": "What cells should look like.",
            "items": {"$ref": "#/$defs/expectation"},
        },
        "uses": {"type": "array", "description": "Things in the record that rows refer to without describing them."},
    }
    for section, kind in SECTIONS.items():
        words = f"What rows describe, by key; a key may hold {{column|key}}. As {section} of a case file."
        properties[section] = {
            "type": "object",
            "description": words,
            "additionalProperties": {"$ref": f"#/$defs/row-{kind}"},
        }
    properties["claims"] = {
        "type": "array",
        "description": "What each row claims, as in a case file.",
        "minItems": 1,
        "items": {"$ref": "#/$defs/row-claim"},
    }
    del properties["uses"]
    return {
        "type": "object",
        "description": "What the rows of one table say.",
        "properties": properties,
        "additionalProperties": False,
        "required": ["file", "claims"],
    }


def make_schema():
    case = json.loads(resources.read_text("schema/case.schema.json"))
    defs = case["$defs"]
    kinds = ["proposition", *defs["proposition"]["properties"], *SECTIONS.values(), "claim"]
    rows = {f"row-{kind}": row_object(defs[kind], defs) for kind in kinds}
    rows["row-claim"]["properties"]["where"] = {**WHERE, "description": f"When it is made. {WHERE['description']}"}
    rows["row-claim"]["properties"].pop("ledger", None)
    expression = {
        "type": ["string", "object"],
        "description": "A value from the row: text with {column} in it, or {column: …} with words on how to read it.",
        "properties": described(EXPRESSION),
        "additionalProperties": False,
    }
    expectation = {
        "type": "object",
        "description": "What the cells of a column should look like.",
        "properties": {
            "column": {"type": "string", "description": "The column."},
            "matches": {
                "type": "string",
                "description": "A regular expression that the whole of a filled cell matches.",
            },
            "reason": {"type": "string", "description": "What is wrong with a cell that does not match."},
            "otherwise": {
                "enum": ["refuse", "notice"],
                "description": "Whether such a row is refused, as left out, or told.",
            },
        },
        "additionalProperties": False,
        "required": ["column", "matches", "reason"],
    }
    test = {
        "type": "object",
        "description": "A row, and what it must give.",
        "properties": {
            "table": {"type": "string", "description": "The table whose row it is."},
            "row": {"type": "object", "description": "The cells that matter, by column; the others are empty."},
            "says": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The sentences of its claims, in order.",
            },
            "refused": {"type": "string", "description": "Part of the reason for which it must be refused."},
        },
        "additionalProperties": False,
        "required": ["table", "row"],
    }
    top = case["properties"]
    properties = {
        "averment-mapping": {"const": 1, "description": "The version of this form."},
        "recorder": top["recorder"] | {"description": "Who made this mapping."},
        "note": top["note"],
        "language": {"$ref": "#/$defs/language", "description": "The language of texts that bear none of their own."},
        **{name: top[name] for name in ("uses", *SECTIONS, "defaults")},
        "maps": {
            "type": "object",
            "description": "What cells stand for, under names that map: refers to.",
            "additionalProperties": {"type": "object", "additionalProperties": {"$ref": "#/$defs/text"}},
        },
        "tables": {
            "type": "object",
            "description": "The tables, by name.",
            "minProperties": 1,
            "additionalProperties": {"$ref": "#/$defs/table"},
        },
        "tests": {
            "type": "array",
            "description": "Rows beside the sentences they must give.",
            "items": {"$ref": "#/$defs/test"},
        },
    }
    return {
        "$schema": case["$schema"],
        "$id": "https://w3id.org/averment/schema/mapping.schema.json",
        "title": "Averment table mapping",
        "type": "object",
        "description": "How tables become claims: whose voice each row is, and what it says.",
        "properties": properties,
        "additionalProperties": False,
        "required": ["averment-mapping", "recorder", "tables"],
        "$defs": {
            **defs,
            **rows,
            "from-row": expression,
            "expectation": expectation,
            "join": join_schema(),
            "table": table_schema(),
            "test": test,
        },
    }


if __name__ == "__main__":
    text = json.dumps(make_schema(), indent=1, ensure_ascii=False)
    (resources.schema_dir() / "mapping.schema.json").write_text(text + "\n", encoding="utf-8")
