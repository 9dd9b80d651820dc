"""Which version of a film is played: its tracks. Asked for from Film and from Clips."""

import asyncio

from vigtui.domain.errors import VigError
from vigtui.domain.film import Film
from vigtui.domain.track import Track, TrackKind
from vigtui.screens.base import CaseScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.services import films


async def ask_tracks(screen: CaseScreen, film: Film) -> None:
    """Ask which of a film's pictures and sounds are shown, heard and cut."""
    path = films.path_of(screen.desk.library.folder, film)
    try:
        there = await asyncio.to_thread(screen.desk.media.tracks, path)
    except VigError as error:
        screen.tell(error)
        return
    now = {TrackKind.PICTURE: film.video_track, TrackKind.SOUND: film.sound_track}
    asks = [_ask(kind, those, now[kind]) for kind in TrackKind if len(those := _of(there, kind)) > 1]
    if not asks:
        held = " and ".join(f"one {kind.value}" for kind in TrackKind if _of(there, kind))
        screen.say(f"{film.label.capitalize()} holds {held}: there is nothing to choose.")
        return

    async def keep(answers: Answers) -> None:
        chosen = {kind: int(answers[kind.value]) if kind.value in answers else now[kind] for kind in TrackKind}
        await screen.save(
            lambda work: films.choose_tracks(
                work, film.id, video_track=chosen[TrackKind.PICTURE], sound_track=chosen[TrackKind.SOUND]
            )
        )

    async def then(answers: Answers | None) -> None:
        if answers is not None:
            await screen.reload()

    intro = "What is chosen is shown, heard and cut; moments and notes stay where they are."
    screen.app.push_screen(FormDialog(f"Picture and sound of {film.label}", asks, keep, intro=intro), then)


def _of(tracks: tuple[Track, ...], kind: TrackKind) -> list[Track]:
    return [track for track in tracks if track.kind is kind]


def _ask(kind: TrackKind, tracks: list[Track], now: int | None) -> Ask:
    usual = next((track.number for track in tracks if track.usual), 1)
    choices = tuple((str(track.number), track.words) for track in tracks)
    return Ask(kind.value, kind.value.capitalize(), str(now or usual), choices)


def track_words(film: Film) -> str:
    """Which of several tracks were chosen, in words; empty where there was no choice."""
    chosen = {TrackKind.PICTURE: film.video_track, TrackKind.SOUND: film.sound_track}
    return ", ".join(f"{kind.value} {number}" for kind, number in chosen.items() if number)
