import pytest

from vigtui.settings import Settings, SettingsError, load_keymap, load_settings


def test_without_files_the_defaults_hold(tmp_path):
    assert load_settings(tmp_path) == Settings()
    assert load_keymap(tmp_path) == {}


def test_settings_are_read(tmp_path):
    (tmp_path / "settings.toml").write_text('practitioner = "RB [x]"\nlead_ms = 5000\n')
    read = load_settings(tmp_path)
    assert (read.practitioner, read.lead_ms, read.actor) == ("RB [x]", 5000, "RB [x]")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("practitioner = ", "not valid TOML"),
        ('practitoner = "RB"', "unknown setting “practitoner”"),
        ('lead_ms = "3"', "“lead_ms” must be a whole number"),
        ("practitioner = 3", "“practitioner” must be a text in quotes"),
    ],
)
def test_a_faulty_file_is_told(tmp_path, written, said):
    (tmp_path / "settings.toml").write_text(written)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert said in caught.value.summary
    assert caught.value.remedy


def test_a_key_map_is_read(tmp_path):
    (tmp_path / "keys.toml").write_text('"clips.mark-in" = "f"\n')
    assert load_keymap(tmp_path) == {"clips.mark-in": "f"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("clips", "keys.toml cannot be read"),
        ('"clips.mark-inn" = "f"', "Did you mean “clips.mark-in”?"),
        ('"clips.mark-in" = 3', "must be a text in quotes"),
    ],
)
def test_a_faulty_key_map_is_told(tmp_path, written, said):
    (tmp_path / "keys.toml").write_text(written)
    with pytest.raises(SettingsError, match=r"keys\.toml") as caught:
        load_keymap(tmp_path)
    assert said in caught.value.summary
