import pytest

from kg.publish import Settings, publish
from kg.publish.signing import Signer
from tests.test_pipeline import secret_case
from tests.town import Town, case, killed

SETTINGS = Settings(title='Orrin "and" <around>', publisher="The Archive", licence="https://licence.example/by/")


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """A record with two public claims and sealed ones, and two publications of it; never changed."""
    made = Town(tmp_path_factory.mktemp("published"))
    made.add(secret_case())
    made.add(case(killed("11", said="2031-05-03"), note="2"))
    publish(made.root, made.folder / "unsigned", settings=SETTINGS)
    publish(made.root, made.folder / "signed", settings=SETTINGS, signer=Signer.make(made.folder / "first-key.pem"))
    return made


@pytest.fixture
def town(once, tmp_path):
    """A copy of that record."""
    return once.copy(tmp_path)


@pytest.fixture
def target(town):
    """An unsigned publication of it."""
    return (town.folder / "unsigned").rename(town.folder / "out")


@pytest.fixture
def signed(town):
    """A signed publication of it and the public key."""
    return (town.folder / "signed").rename(town.folder / "out"), Signer.load(town.folder / "first-key.pem").public
