"""Which version of a film is played: its tracks, and the film itself or a light copy. Asked for from Film and from Clips."""

import asyncio

from vigtui.domain.errors import VigError
from vigtui.domain.film import Film
from vigtui.domain.light import Light, LightCopy
from vigtui.domain.track import Track, TrackKind
from vigtui.screens.base import CaseScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog, PickDialog
from vigtui.screens.jobs import Job
from vigtui.services import films, light


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
    screen.app.push_screen(
        FormDialog(f"Picture and sound of {film.label}", asks, keep, intro=intro, is_passing=True), then
    )


def _of(tracks: tuple[Track, ...], kind: TrackKind) -> list[Track]:
    return [track for track in tracks if track.kind is kind]


def _ask(kind: TrackKind, tracks: list[Track], now: int | None) -> Ask:
    usual = next((track.number for track in tracks if track.usual), 1)
    choices = tuple((str(track.number), track.words) for track in tracks)
    return Ask(kind.value, kind.value.capitalize(), str(now or usual), choices)


_FOR = {
    Light.ITSELF: "the film itself, in full detail",
    Light.WORKING: "light working copy, for a computer that plays the film badly",
    Light.PREVIEW: "light preview, for a slow line",
}
_REMOVE = "remove"


async def ask_version(screen: CaseScreen, film: Film) -> None:
    """Ask whether a film itself or a light copy of it is played; one that is not there yet is made in the background."""
    if not film.has_picture:
        screen.say(f"{film.label.capitalize()} is a recording of sound: it is light as it is.")
        return
    there = await screen.desk.library.aread(lambda work: light.there_for(work, film))
    choices = [(kind.value, _line(kind, there.get(kind))) for kind in Light]
    if there:
        choices.append((_REMOVE, "remove the light copies"))

    async def then(chosen: str | None) -> None:
        if chosen == _REMOVE:
            await asyncio.to_thread(light.drop, screen.desk.library, film.id)
            await screen.reload()
            screen.say("The light copies were removed. The film itself plays.")
        elif chosen is not None:
            await _play(screen, film, Light("" if chosen == "-" else chosen), there)

    title = f"How {film.label} plays: same frames, same times; clips are always cut from the film itself"
    screen.app.push_screen(PickDialog(title, choices, chosen=film.light.value), then)


def _line(kind: Light, copy: LightCopy | None) -> str:
    if kind is Light.ITSELF:
        return _FOR[kind]
    return f"{_FOR[kind]} ({f'{copy.size_bytes / 1e6:.1f} MB' if copy else 'is made first'})"


async def _play(screen: CaseScreen, film: Film, kind: Light, there: dict[Light, LightCopy]) -> None:
    desk = screen.desk
    if kind is Light.ITSELF or kind in there:
        await screen.change(lambda work: light.choose(work, film.id, kind))
        return
    Job(
        screen.app,
        desk,
        f"Making a {kind.words} of {film.label} …",
        lambda progress, cancelled: light.make(
            desk.library, desk.media, film.id, kind, progress=progress, cancelled=cancelled
        ),
        lambda made: (
            f"The {kind.words} of {made.label} is there and is played from now on. V goes back to the film itself."
        ),
    ).begin()


def version_words(film: Film) -> str:
    """Which version was chosen, in words: of several tracks, and whether a light copy; empty for the film as it is."""
    chosen = {TrackKind.PICTURE: film.video_track, TrackKind.SOUND: film.sound_track}
    tracks = [f"{kind.value} {number}" for kind, number in chosen.items() if number]
    return ", ".join([*tracks, *([f"plays as {film.light.words}"] if film.light else [])])
