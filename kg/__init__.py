"""Averment: a record of who asserts what, on whose word, and when."""

__version__ = "0.1.0"
