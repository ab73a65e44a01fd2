"""What analysis finds, written as RDF beside the claims, and kept up to date where claims touch it."""
