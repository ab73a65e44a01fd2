"""One SPARQL server for all tests of a process."""

import pytest

from tests.store.server import serve_sparql


@pytest.fixture(scope="session")
def sparql_server():
    with serve_sparql() as addresses:
        yield addresses
