"""The two projections of the log: the graph, asked with SPARQL, and the tables, asked with SQL."""
