"""Puts the rooms together: everything real, unless a test hands in something else. The one place that knows them all."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vigtui import locations
from vigtui.services.ports import Library, Media, Player
from vigtui.settings import Settings, load_keymap, load_settings

if TYPE_CHECKING:
    from vigtui.app import VigApp
    from vigtui.media.intake import TakenIn
    from vigtui.media.probe import Probe
    from vigtui.screens.door import DoorApp
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

        return take_in(source, folder, name=name, progress=progress, cancelled=cancelled)

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


def build_player(chosen: Settings) -> Player:
    """Build mpv in its own window; without a display it plays unseen."""
    from vigtui.player.window import WindowPlayer

    return WindowPlayer(
        chosen.mpv,
        runtime_dir=locations.runtime_dir(),
        video_output=chosen.video_output or None,
        audio_output=chosen.audio_output or None,
    )


def build_door(folder: Path) -> "DoorApp":
    """The app that asks for the passphrase of a closed library. Raises SettingsError."""
    from vigtui.screens.door import DoorApp

    chosen = settings()
    return DoorApp(lambda typed: open_library(folder, passphrase=typed), theme=chosen.theme)


def build_app(library: Library, *, chosen: Settings | None = None, player: Player | None = None) -> "VigApp":
    """The app on an open library. Raises SettingsError."""
    from vigtui.app import VigApp

    chosen = chosen or settings()
    config = locations.config_dir()
    keymap = load_keymap(config)
    return VigApp(
        library,
        player or build_player(chosen),
        pack_shelf(),
        media(),
        chosen,
        keymap=keymap,
        config=config,
        keeps_backups=True,
    )
