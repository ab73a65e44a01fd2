import pytest

from kg import resources
from kg.errors import NotFound


def test_the_ontology_and_the_shapes_are_found_from_a_checkout():
    assert list(resources.iter_ttl("ontology"))
    assert list(resources.iter_ttl("shapes"))


def test_files_come_in_order_of_path():
    paths = list(resources.iter_ttl("ontology"))
    assert paths == sorted(paths)


def test_a_shipped_file_is_read_by_folder_and_path():
    first = next(resources.iter_ttl("ontology"))
    name = first.relative_to(resources.ontology_dir()).as_posix()
    assert resources.read_text(f"ontology/{name}") == first.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["ontology/none.ttl", "attic/core.ttl", "ontology/../pyproject.toml", "ontology"])
def test_what_is_not_shipped_is_refused_by_name(name):
    with pytest.raises(NotFound, match=name.partition("/")[0]):
        resources.read_text(name)


def test_a_folder_that_is_not_shipped_is_refused_not_empty():
    with pytest.raises(NotFound, match="ontology/attic"):
        list(resources.iter_ttl("ontology/attic"))
