"""What a practitioner or a service may set, in `settings.toml` in the configuration directory."""

import contextlib
import getpass
import os
import tempfile
import tomllib
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path

from vigtui.commands import BY_ID
from vigtui.domain.errors import VigError

_REMEMBERED = "remembered.toml"
"""What was chosen by key and holds for this machine; it goes before settings.toml."""
_CHOICES = {
    "after_clip": ("hold", "black"),
    "film_place": ("auto", "window", "terminal"),
    "film_blocks": ("auto", "half", "quadrant", "space", "sixel", "kitty"),
    "film_colours": ("auto", "true", "256", "16", "none"),
}
_MOST_SCREENS = 9
_KEYS_REMEDY = "Nothing was changed. `vigtui keys` lists every command; correct keys.toml, or move it away."


class SettingsError(VigError):
    """The settings file cannot be used."""

    summary = "The settings cannot be read."
    remedy = "Nothing was changed. Correct settings.toml, or move it away to start with the defaults."


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; each has a default that works."""

    practitioner: str = ""
    """Name or initials, for new cases and the audit trail; the login name where empty."""
    theme: str = "vigtui-dark"
    mpv: str = "mpv"
    """The mpv program: a name on the PATH or a path."""
    video_output: str = ""
    """mpv's `--vo`; empty lets mpv choose, and means `null` where there is no display."""
    audio_output: str = ""
    """mpv's `--ao`; empty lets mpv choose."""
    film_place: str = "auto"
    """Where films play: `window`, `terminal`, or `auto`: in the terminal where there is no display or one works over ssh."""
    film_blocks: str = "auto"
    """What a film in the terminal is drawn with: `half`, `quadrant`, `space`, `sixel`, `kitty`, or what the terminal can."""
    film_colours: str = "auto"
    """Its colours: `true`, `256`, `16`, `none`, or as many as the terminal has."""
    lead_ms: int = 3000
    """What one key keeps as a moment: so much before now …"""
    lag_ms: int = 0
    """… and so much after."""
    preroll_ms: int = 2000
    """Played before a moment when it is replayed with its run-up."""
    resume_back_ms: int = 1000
    """How far back a film goes on after a note was written."""
    consent_days: int = 0
    """Days after which a new consent runs out; 0 for no end."""
    client_screen: int = 0
    """The screen that the client's picture fills, from 1; 0 for the one its window is on. The last choice by key counts."""
    after_clip: str = "hold"
    """What the client sees when a clip has run: `hold` its last frame, or `black`."""

    lock_minutes: int = 15
    """Minutes without a key after which a library with a passphrase is locked; 0 for never. A film that plays counts as keys."""
    backups_daily: int = 7
    """So many days, …"""
    backups_weekly: int = 4
    """… weeks …"""
    backups_monthly: int = 12
    """… and months of which the newest backup is kept."""

    @property
    def actor(self) -> str:
        """Who works, for the history and the audit trail."""
        return self.practitioner or getpass.getuser()


def load_settings(folder: Path) -> Settings:
    """Read `settings.toml`; a missing file means the defaults.

    Raises:
        SettingsError: it is no TOML, has an unknown name or a value of the wrong kind.
    """
    file = folder / "settings.toml"
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        found = {}
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError("settings.toml cannot be read.") from fault
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"settings.toml is not valid TOML: {fault}.") from fault
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in found.items():
        if name not in kinds:
            raise SettingsError(f"settings.toml has an unknown setting “{name}”. There are: {', '.join(kinds)}.")
        if type(value) is not kinds[name]:
            kind = "a whole number" if kinds[name] is int else "a text in quotes"
            raise SettingsError(f"settings.toml: “{name}” must be {kind}.")
        if value not in _CHOICES.get(name, (value,)):
            raise SettingsError(f"settings.toml: “{name}” must be one of {', '.join(_CHOICES[name])}.")
    return Settings(**(found | _remembered(folder)))


def remember_screen(folder: Path, number: int) -> None:
    """Keep which screen the client's picture fills on this machine, from 1; 0 for the one its window is on.

    Raises:
        SettingsError: the folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".remembered-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"client_screen = {number}\n")
        Path(name).replace(folder / _REMEMBERED)
    except OSError as fault:
        raise SettingsError(
            "The choice of the screen cannot be kept.", "It holds until vigtui is closed. Look at who may write there."
        ) from fault


def _remembered(folder: Path) -> dict[str, int]:
    """What was chosen by key; nothing where that cannot be read, since choosing again mends it."""
    with contextlib.suppress(OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        number = tomllib.loads((folder / _REMEMBERED).read_text("utf-8")).get("client_screen")
        if type(number) is int and 0 <= number <= _MOST_SCREENS:
            return {"client_screen": number}
    return {}


def load_keymap(folder: Path) -> dict[str, str]:
    """Read the user's `keys.toml`: a command's id and its keys, like ``"clips.mark-in" = "f"``; a missing file changes nothing.

    Raises:
        SettingsError: it is no TOML, or names a command that is not there.
    """
    try:
        found = tomllib.loads((folder / "keys.toml").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsError(f"keys.toml cannot be read: {fault}.", _KEYS_REMEDY) from fault
    for command_id, keys in found.items():
        if command_id not in BY_ID:
            near = get_close_matches(command_id, BY_ID, 1)
            meant = f" Did you mean “{near[0]}”?" if near else ""
            raise SettingsError(f"keys.toml names a command “{command_id}” that is not there.{meant}", _KEYS_REMEDY)
        if not isinstance(keys, str) or not keys.strip():
            raise SettingsError(f"keys.toml: the keys of “{command_id}” must be a text in quotes.", _KEYS_REMEDY)
    return found
