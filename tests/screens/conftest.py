import pytest
import textual._wait

from tests.support.builders import build_house


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch):
    """A pressed key waits 2 ms for calm and not 20; the tests wait for what they assert anyway."""
    monkeypatch.setattr(textual._wait, "SLEEP_GRANULARITY", 0.002)


@pytest.fixture
def house(tmp_path):
    made = build_house(tmp_path / "library")
    yield made
    made.library.close()
