from collections.abc import Iterator

import pytest

from kg.store.embedded import EmbeddedStore
from tests.questions import fixture


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with fixture.load(fixture.build().units, tmp_path_factory.mktemp("ortava")) as opened:
        yield opened
