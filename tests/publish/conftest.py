import pytest

from kg.publish import Settings, publish
from tests.test_pipeline import secret_case
from tests.town import Town, case, killed

SETTINGS = Settings(title='Orrin "and" <around>', publisher="The Archive", licence="https://licence.example/by/")


@pytest.fixture
def town(tmp_path):
    """A record with two public claims, and sealed ones that must not be met."""
    made = Town(tmp_path)
    made.add(secret_case())
    made.add(case(killed("11", said="2031-05-03"), note="2"))
    return made


@pytest.fixture
def target(town):
    """A publication of it."""
    publish(town.root, town.folder / "out", settings=SETTINGS)
    return town.folder / "out"
