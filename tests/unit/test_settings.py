import pytest

from vigtui.settings import Settings, SettingsError, load_keymap, load_settings, remember_screen


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
        ('after_clip = "grey"', "“after_clip” must be one of hold, black"),
    ],
)
def test_a_faulty_file_is_told(tmp_path, written, said):
    (tmp_path / "settings.toml").write_text(written)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert said in caught.value.summary
    assert caught.value.remedy


def test_the_screen_chosen_last_is_remembered(tmp_path):
    folder = tmp_path / "config"
    remember_screen(folder, 2)
    assert load_settings(folder).client_screen == 2
    (folder / "settings.toml").write_text("client_screen = 1\n")
    assert load_settings(folder).client_screen == 2
    remember_screen(folder, 0)
    assert load_settings(folder).client_screen == 0
    assert sorted(one.name for one in folder.iterdir()) == ["remembered.toml", "settings.toml"]
    assert (folder / "remembered.toml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("written", ["client_screen = ", "client_screen = 77", 'client_screen = "2"', "\0"])
def test_what_was_remembered_badly_is_left_out(tmp_path, written):
    (tmp_path / "remembered.toml").write_text(written)
    assert load_settings(tmp_path) == Settings()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be kept"):
        remember_screen(tmp_path / "file", 1)


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
