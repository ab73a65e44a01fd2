"""Typed comparison: how two positions stand to each other and why, for a pair, an event and the whole record."""
