import pytest
import textual._wait
from textual.pilot import Pilot

from tests.support.builders import build_house
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch):
    """A pressed key waits 2 ms for calm and not 20; the tests wait for what they assert anyway."""
    monkeypatch.setattr(textual._wait, "SLEEP_GRANULARITY", 0.002)
    press = Pilot.press

    async def press_and_see(pilot, *keys):
        """As a person, who goes on when the keys have been taken: the app takes each when the one before it has come to rest."""
        await press(pilot, *keys)
        await until(lambda: getattr(pilot.app, "_under_way", None) is None)
        await pilot._wait_for_screen()

    monkeypatch.setattr(Pilot, "press", press_and_see)


@pytest.fixture
def house(tmp_path):
    made = build_house(tmp_path / "library")
    yield made
    made.library.close()
