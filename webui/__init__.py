"""The web pages and the SPARQL endpoint."""
