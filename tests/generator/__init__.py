"""Made-up records of any size, shaped like the real ones, whose truth is known: stories, log entries, tables."""
