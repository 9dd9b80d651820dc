import pytest

from vigtui.interchange import age


@pytest.fixture
def cheap(monkeypatch):
    """A passphrase that costs next to nothing to try; what it really costs is tested once."""
    monkeypatch.setattr(age, "WORK_FACTOR", 4)
