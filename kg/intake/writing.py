"""A case file written by a program, in the form a person would write it; read again, it is the same."""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from kg.errors import Refused
from kg.intake.yamltext import parse_yaml


class _Representer(SafeRepresenter):
    """Writes a text in quotes where ruamel.yaml 0.19 would leave out those without which it is not read again."""

    def represent_text(self, text: str) -> ScalarNode:
        """The text as a scalar."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="'" if text.startswith("?") else None)


_Representer.add_representer(str, _Representer.represent_text)


def write_case(content: dict[str, Any]) -> bytes:
    """The content of a case file as YAML in UTF-8, fields in order. Raises ValueError where YAML cannot hold it.

    >>> print(write_case({"averment": 1, "claims": [{"who": "rangers", "via": ["40"]}]}).decode(), end="")
    averment: 1
    claims:
    - who: rangers
      via: ['40']
    """
    stream = io.BytesIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.width = 10_000
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.representer.ignore_aliases = lambda *_: True
    yaml.dump(content, stream)
    if read_content(stream.getvalue()) != content:
        raise ValueError("this cannot be written so that it is read again as it is")
    return stream.getvalue()


def read_content(data: bytes) -> dict[str, Any]:
    """The plain values of a case file. Raises Refused where it cannot be read, ValueError where it is no mapping."""
    tree, problems = parse_yaml(data, file="")
    if problems:
        raise Refused(problems)
    if not isinstance(tree.data, dict):
        raise ValueError("a case file is a mapping")
    return tree.data
