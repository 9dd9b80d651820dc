"""Puts the rooms together: everything real, unless a test hands in something else. The one place that knows them all."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vigtui import locations
from vigtui.domain.derived import Picture
from vigtui.domain.timecode import Millis
from vigtui.services.ports import Library, Media, Player
from vigtui.settings import Settings, load_keymap, load_settings
from vigtui.terminal_answers import Answers

if TYPE_CHECKING:
    from vigtui.app import VigApp
    from vigtui.door import DoorApp
    from vigtui.media.intake import TakenIn
    from vigtui.media.probe import Probe
    from vigtui.services.packs import PackShelf


class MediaTools:
    """`services.ports.Media` by ffmpeg and ffprobe; imported when first used."""

    def probe(self, source: Path) -> "Probe":
        """See `media.probe.probe`."""
        from vigtui.media.probe import probe

        return probe(source)

    def take_in(
        self,
        source: Path,
        folder: Path,
        *,
        name: str,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> "TakenIn":
        """See `media.intake.take_in`."""
        from vigtui.media.intake import take_in
        from vigtui.store.permissions import share

        taken = take_in(source, folder, name=name, progress=progress, cancelled=cancelled)
        share(folder.parent, taken.path)
        return taken

    def sound_lane(
        self, film: Path, *, grew: Callable[[bytes, bytes], None], cancelled: Callable[[], bool]
    ) -> tuple[bytes, bytes]:
        """See `media.lanes.sound_lane`."""
        from vigtui.media.lanes import sound_lane

        return sound_lane(film, grew=grew, cancelled=cancelled)

    def movement_lane(self, film: Path, *, grew: Callable[[bytes], None], cancelled: Callable[[], bool]) -> bytes:
        """See `media.lanes.movement_lane`."""
        from vigtui.media.lanes import movement_lane

        return movement_lane(film, grew=grew, cancelled=cancelled)

    def picture_at(self, film: Path, at: Millis) -> Picture:
        """See `media.stills.picture_at`."""
        from vigtui.media.stills import picture_at

        return picture_at(film, at)

    def jpeg_at(self, film: Path, at: Millis) -> bytes:
        """See `media.stills.jpeg_at`."""
        from vigtui.media.stills import jpeg_at

        return jpeg_at(film, at)

    def hash_file(
        self,
        source: Path,
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> str:
        """See `media.intake.hash_file`."""
        from vigtui.media.intake import hash_file

        return hash_file(source, progress=progress, cancelled=cancelled)


def settings() -> Settings:
    """The settings of this user. Raises SettingsError."""
    return load_settings(locations.config_dir())


def open_library(folder: Path | None = None, *, actor: str | None = None, passphrase: str | None = None) -> Library:
    """Open the library in a folder, or where the user keeps it. Raises LibraryError."""
    from vigtui.store.database import Library as SqliteLibrary

    return SqliteLibrary(folder or locations.library_dir(), actor=actor or settings().actor, passphrase=passphrase)


def pack_shelf() -> "PackShelf":
    """The shipped packs and the service's own."""
    from vigtui.services.packs import PackShelf

    return PackShelf([locations.own_packs_dir()])


def media() -> Media:
    """The media tools."""
    return MediaTools()


def build_player(chosen: Settings, answers: Answers) -> Player:
    """Build mpv with both its homes; it begins where the settings say, else in the terminal over ssh or without a display."""
    from vigtui.player.driver import MpvPlayer
    from vigtui.player.home import Home
    from vigtui.player.terminal import Terminal
    from vigtui.player.window import Window, has_display

    runtime = locations.runtime_dir()
    audio = chosen.audio_output or None
    window = Window(chosen.mpv, runtime_dir=runtime, video_output=chosen.video_output or None, audio_output=audio)
    # Over ssh the sound would come out of the server.
    terminal = Terminal(runtime_dir=runtime, audio_output=audio or ("null" if answers.afar else None))
    inside = chosen.film_place == "terminal" or (chosen.film_place == "auto" and (answers.afar or not has_display()))
    homes: list[Home] = [terminal, window] if inside else [window, terminal]
    return MpvPlayer(*homes)


def build_door(folder: Path) -> "DoorApp":
    """The app that asks for the passphrase of a closed library. Raises SettingsError."""
    from vigtui.door import DoorApp

    chosen = settings()
    return DoorApp(lambda typed: open_library(folder, passphrase=typed), theme=chosen.theme)


def build_app(
    library: Library, *, chosen: Settings | None = None, player: Player | None = None, answers: Answers | None = None
) -> "VigApp":
    """The app on an open library. Raises SettingsError."""
    from vigtui.app import VigApp

    chosen, answers = chosen or settings(), answers or Answers()
    config = locations.config_dir()
    return VigApp(
        library,
        player or build_player(chosen, answers),
        pack_shelf(),
        media(),
        chosen,
        keymap=load_keymap(config),
        config=config,
        answers=answers,
        keeps_backups=True,
    )
