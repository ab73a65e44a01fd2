"""The record handed on: quads in every common form, claims as a table, one claim as a nanopublication or as PROV."""

from kg.export.lines import (
    CLAIM_COLUMNS,
    FORMS,
    QUAD_FORMS,
    SUFFIXES,
    TRIPLE_FORMS,
    claim_row,
    export_lines,
    parse_export,
    write_claims_csv,
    write_lines,
)
from kg.export.nanopub import write_nanopub
from kg.export.provenance import PROV_FORMS, write_provenance
from kg.export.vocabulary import VOCABULARIES, Told, prefixed, tell_vocabulary, vocabulary_lines

__all__ = [
    "CLAIM_COLUMNS",
    "FORMS",
    "PROV_FORMS",
    "QUAD_FORMS",
    "SUFFIXES",
    "TRIPLE_FORMS",
    "VOCABULARIES",
    "Told",
    "claim_row",
    "export_lines",
    "parse_export",
    "prefixed",
    "tell_vocabulary",
    "vocabulary_lines",
    "write_claims_csv",
    "write_lines",
    "write_nanopub",
    "write_provenance",
]
