"""A mapping to begin with: what a table looks like, and the text that a person goes on from."""
