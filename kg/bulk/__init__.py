"""Large tables to the record: read in parallel stretch by stretch, in bounded memory, carried on after a kill."""
