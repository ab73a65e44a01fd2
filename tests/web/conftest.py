import pytest

from tests.web import invented
from webui.app import create_app


@pytest.fixture(scope="session")
def record(tmp_path_factory):
    return invented.make(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def bare_record(tmp_path_factory):
    """The same record without the bytes of its document."""
    return invented.make(tmp_path_factory.mktemp("bare"), with_capture=False)


@pytest.fixture
def client(record):
    return create_app(record).test_client()


@pytest.fixture
def get(client):
    """Get a page as a browser asks for it."""

    def fetch(path, **headers):
        return client.get(path, headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8", **headers})

    return fetch
