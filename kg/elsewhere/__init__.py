"""The analyses of the whole record on other engines than the one here, each written once."""
