import pytest

from tests.support.terminal import Terminal


@pytest.fixture
def terminal(tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.toml").write_text('practitioner = "RB"\naudio_output = "null"\n')
    made = Terminal(tmp_path / "library", config)
    yield made
    made.end()
