"""The files that other people's tools look for: RO-Crate metadata, CITATION.cff, LICENSE.txt."""

import json
from collections.abc import Sequence

from kg.publish.settings import Described, Settings, Standing

CRATE = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.1"
# What the context of RO-Crate 1.1 has no term for: a key that is none is refused.
_TERMS = {"sha256": "https://schema.org/sha256"}


def crate_metadata(settings: Settings, standing: Standing, files: Sequence[Described]) -> bytes:
    """RO-Crate 1.1: the folder as a data set, with the files it describes."""
    parts = [*(each.path for each in files), "sources/", "vocabulary/", *([] if settings.licence else ["LICENSE.txt"])]
    root: dict[str, object] = {
        "@id": "./",
        "@type": "Dataset",
        "name": settings.title,
        "description": standing.description,
        "datePublished": standing.recorded,
        "version": str(standing.entry),
        "identifier": f"urn:sha256:{standing.head}",
        "license": {"@id": settings.licence or "LICENSE.txt"},
        "hasPart": [{"@id": path} for path in parts],
    }
    graph: list[dict[str, object]] = [
        {"@id": CRATE, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": _SPECIFICATION}},
        root,
        *(_file(each) for each in files),
        {"@id": "sources/", "@type": "Dataset", "name": "One N-Quads file for each document"},
        {"@id": "vocabulary/", "@type": "Dataset", "name": "The vocabulary, its codes, and the shapes"},
    ]
    if settings.publisher:
        root["publisher"] = root["author"] = {"@id": "#publisher"}
        graph.append({"@id": "#publisher", "@type": "Organization", "name": settings.publisher})
    if settings.licence:
        graph.append({"@id": settings.licence, "@type": "CreativeWork", "name": settings.licence})
    else:
        none = {"@type": "File", "name": "No licence is stated", "encodingFormat": "text/plain"}
        graph.append({"@id": "LICENSE.txt", **none})
    content = {"@context": [f"{_SPECIFICATION}/context", _TERMS], "@graph": graph}
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def citation(settings: Settings, standing: Standing) -> bytes:
    """CITATION.cff 1.2.0; JSON strings are YAML strings."""
    author = settings.publisher or "Publisher not stated"
    lines = [
        "cff-version: 1.2.0",
        'message: "Cite the data with the version and the hash: both name one state of the record."',
        "type: dataset",
        f"title: {_quote(settings.title)}",
        "authors:",
        f"  - name: {_quote(author)}",
        f"version: {_quote(str(standing.entry))}",
        f"date-released: {standing.recorded[:10]}",
        "identifiers:",
        "  - type: other",
        f"    value: {_quote(f'urn:sha256:{standing.head}')}",
        '    description: "Hash of the last entry of the log"',
    ]
    if settings.licence:
        lines.append(f"license-url: {_quote(settings.licence)}")
    return "\n".join(lines).encode() + b"\n"


def licence_text(settings: Settings) -> bytes:
    """LICENSE.txt: which licence applies, or that none is stated."""
    if settings.licence:
        text = (
            f"The data of this publication are under this licence:\n{settings.licence}\n\n"
            "Words quoted from documents remain their authors'. The documents themselves are not part of it.\n"
        )
    else:
        text = (
            "The publisher has stated no licence for these data. Ask before using them for more than the law allows.\n"
        )
    return text.encode()


def _file(each: Described) -> dict[str, object]:
    return {
        "@id": each.path,
        "@type": "File",
        "name": each.title,
        "encodingFormat": each.media,
        "contentSize": str(each.size),
        "sha256": each.sha256,
    }


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
