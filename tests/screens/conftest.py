import pytest

from tests.support.builders import build_house


@pytest.fixture
def house(tmp_path):
    made = build_house(tmp_path / "library")
    yield made
    made.library.close()
