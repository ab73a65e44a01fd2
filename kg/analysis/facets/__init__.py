"""Narrowing all claims by what they have in common, with counts."""
