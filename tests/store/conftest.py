import pytest

from tests.support.libraries import add_case, open_library


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def library(folder):
    made = open_library(folder)
    yield made
    made.close()


@pytest.fixture
def case(library):
    return add_case(library)
