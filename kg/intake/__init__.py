"""The ways into the record; each yields a batch, or refuses its input with everything that is wrong with it."""

from kg.intake.case import Reading, read_case, read_with_notices

__all__ = ["Reading", "read_case", "read_with_notices"]
