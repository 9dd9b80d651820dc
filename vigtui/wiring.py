"""Puts the rooms together: everything real, unless a test hands in something else. The one place that knows them all."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vigtui import locations
from vigtui.domain.cutting import Cut, Piece, Stretch
from vigtui.domain.derived import Picture
from vigtui.domain.light import LightCopy
from vigtui.domain.playback import Showing
from vigtui.domain.timecode import Millis
from vigtui.domain.track import Track
from vigtui.services.ports import Bundles, Facts, Library, Media, Player
from vigtui.settings import Settings, load_keymap, load_settings
from vigtui.terminal_answers import Answers

if TYPE_CHECKING:
    from vigtui.app import VigApp
    from vigtui.door import DoorApp
    from vigtui.media.intake import TakenIn
    from vigtui.media.probe import Probe
    from vigtui.media.serve import FilmServer
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

    def tracks(self, film: Path) -> tuple[Track, ...]:
        """See `media.probe.tracks`."""
        from vigtui.media.probe import tracks

        return tracks(film)

    def sound_lane(
        self, film: Path, *, track: int | None, grew: Callable[[bytes, bytes], None], cancelled: Callable[[], bool]
    ) -> tuple[bytes, bytes]:
        """See `media.lanes.sound_lane`."""
        from vigtui.media.lanes import sound_lane

        return sound_lane(film, track=track, grew=grew, cancelled=cancelled)

    def movement_lane(
        self, film: Path, *, track: int | None, grew: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> bytes:
        """See `media.lanes.movement_lane`."""
        from vigtui.media.lanes import movement_lane

        return movement_lane(film, track=track, grew=grew, cancelled=cancelled)

    def picture_at(self, film: Path, at: Millis, *, track: int | None = None) -> Picture:
        """See `media.stills.picture_at`."""
        from vigtui.media.stills import picture_at

        return picture_at(film, at, track=track)

    def jpeg_at(self, film: Path, at: Millis, *, track: int | None = None) -> bytes:
        """See `media.stills.jpeg_at`."""
        from vigtui.media.stills import jpeg_at

        return jpeg_at(film, at, track=track)

    def hash_file(
        self,
        source: Path,
        *,
        afresh: bool = False,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> str:
        """See `media.intake.hash_file`."""
        from vigtui.media.intake import hash_file

        return hash_file(source, afresh=afresh, progress=progress, cancelled=cancelled)

    def source_hash(self, files: Sequence[Path], *, cancelled: Callable[[], bool] | None = None) -> str:
        """See `media.joining.source_hash`."""
        from vigtui.media.joining import source_hash

        return source_hash(files, cancelled=cancelled)

    def frame_times(self, source: Path, *, track: int | None, limit: float) -> Sequence[Millis]:
        """See `media.probe.frame_times`."""
        from vigtui.media.probe import frame_times

        return frame_times(source, track=track, limit=limit)

    def grouped(self, files: Sequence[Path]) -> list[tuple[Path, ...]]:
        """See `media.joining.grouped`."""
        from vigtui.media.joining import grouped

        return grouped(files)

    def join(
        self,
        parts: Sequence[Path],
        folder: Path,
        *,
        name: str,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> "TakenIn":
        """See `media.joining.join`."""
        from vigtui.media.joining import join

        return join(parts, folder, name=name, progress=progress, cancelled=cancelled)

    def tried(self, film: Path, facts: Facts) -> str:
        """See `media.trial.in_one_line`."""
        from vigtui.media.trial import in_one_line

        return in_one_line(facts.verdict, film, facts.duration_ms) if facts.plays else facts.verdict

    def lighten(
        self,
        film: Path,
        target: Path,
        copy: LightCopy,
        *,
        duration: Millis | None,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> LightCopy:
        """See `media.light.lighten`."""
        from vigtui.media.light import lighten
        from vigtui.store.permissions import share

        made = lighten(film, target, copy, duration=duration, progress=progress, cancelled=cancelled)
        share(target.parent.parent, target)
        return made

    def tidy(self, folder: Path) -> None:
        """See `media.light.tidy`."""
        from vigtui.media.light import tidy

        tidy(folder)

    def container_of(self, stretch: Stretch) -> str:
        """See `media.cut.container_of`."""
        from vigtui.media.cut import container_of

        return container_of(stretch)

    def make(
        self,
        piece: Piece,
        stretches: Sequence[Stretch],
        target: Path,
        *,
        speed: float = 0.5,
        titles: bool = False,
        hold: float = 0.0,
        jpeg: bool = False,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Cut]:
        """See `media.cut.make`."""
        from vigtui.media.cut import make

        return make(
            piece,
            stretches,
            target,
            speed=speed,
            titles=titles,
            hold=hold,
            jpeg=jpeg,
            progress=progress,
            cancelled=cancelled,
        )


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


def bundles() -> Bundles:
    """Case bundles as files."""
    from vigtui.interchange.tools import BundleTools

    return BundleTools()


def film_server(library: Library, place: Path | None) -> "FilmServer":
    """What hands out the films of a library: over a socket, or to mpv on this machine."""
    from vigtui.domain.film import Film
    from vigtui.media.serve import FilmServer
    from vigtui.services.films import path_of
    from vigtui.services.light import copy_for

    async def belongs(film: Path) -> bool:
        known = await library.aread(lambda work: work.find(Film))
        return any(path_of(library.folder, one).absolute() == film for one in known)

    async def copy_of(showing: Showing) -> "tuple[Path, LightCopy] | None":
        return await library.aread(lambda work: copy_for(work, library.folder, showing))

    return FilmServer(place, belongs, copy_of)


def build_player(library: Library, chosen: Settings, answers: Answers) -> Player:
    """Build mpv with both its homes; it begins where the settings say, else in the terminal over ssh or without a display.

    Where there is neither mpv nor libmpv, stills are all that can be shown.
    """
    if shutil.which(chosen.mpv) is None and _no_libmpv():
        from vigtui.media.probe import written_times
        from vigtui.player.stills import StillsPlayer

        return StillsPlayer(lambda film, track: written_times(film, track=track))
    from vigtui.player.display import has_display
    from vigtui.player.home import Home
    from vigtui.player.light import LightPlayer
    from vigtui.player.terminal import Terminal
    from vigtui.player.window import Window

    runtime = locations.runtime_dir()
    audio = chosen.audio_output or None
    window = Window(chosen.mpv, runtime_dir=runtime, video_output=chosen.video_output or None, audio_output=audio)
    # Over ssh the sound would come out of the server.
    terminal = Terminal(runtime_dir=runtime, audio_output=audio or ("null" if answers.afar else None))
    inside = chosen.film_place == "terminal" or (chosen.film_place == "auto" and (answers.afar or not has_display()))
    homes: list[Home] = [terminal, window] if inside else [window, terminal]
    return LightPlayer(*homes, films=film_server(library, None))


def _no_libmpv() -> bool:
    import ctypes.util  # most commands need no player

    return ctypes.util.find_library("mpv") is None


def build_remote_player(library: Library, place: Path) -> Player:
    """Build the player on a laptop, reached through the sockets in the folder that `vigtui connect` has made.

    The film can also move into the terminal, drawn here.
    """
    from vigtui.player.either import EitherPlayer
    from vigtui.player.light import LightPlayer
    from vigtui.player.remote import RemotePlayer
    from vigtui.player.terminal import Terminal

    laptop = RemotePlayer(place / "viewer.sock", film_server(library, place / "media.sock"))
    # The sound of a film that is drawn here would come out of the server.
    terminal = Terminal(runtime_dir=locations.runtime_dir(), audio_output="null")
    return EitherPlayer(laptop, LightPlayer(terminal, films=film_server(library, None)))


def build_door(folder: Path) -> "DoorApp":
    """The app that asks for the passphrase of a closed library. Raises SettingsError."""
    from vigtui.door import DoorApp

    chosen = settings()
    return DoorApp(lambda typed: open_library(folder, passphrase=typed), theme=chosen.theme)


def build_app(
    library: Library,
    *,
    chosen: Settings | None = None,
    player: Player | None = None,
    answers: Answers | None = None,
    visit: str = "",
    is_new: bool = False,
    missing: Sequence[str] = (),
) -> "VigApp":
    """The app on an open library.

    Args:
        library: the library.
        chosen: the settings; read where not given.
        player: the player; a laptop's where there is one at the other end of the line, else what the settings say.
        answers: what the terminal said it can show.
        visit: the name of a laptop's visit, by which it comes back where its line broke.
        is_new: the library was made just now; a passphrase is offered.
        missing: programs that films need and that are not here, to be told once.

    Raises:
        SettingsError: the settings or the key map cannot be used.
    """
    from vigtui.app import VigApp

    chosen, answers = chosen or settings(), answers or Answers()
    config = locations.config_dir()
    viewer = os.environ.get("VIGTUI_VIEWER")
    if player is None and viewer and chosen.film_place != "terminal":
        player = build_remote_player(library, Path(viewer))
    return VigApp(
        library,
        player or build_player(library, chosen, answers),
        pack_shelf(),
        media(),
        chosen,
        keymap=load_keymap(config),
        config=config,
        answers=answers,
        visit=visit,
        keeps_backups=True,
        is_new=is_new,
        missing=missing,
    )
