"""Lanes and stills in and out. They are worked out from films, so neither history nor search knows them."""

import json
from collections.abc import Iterable

from sqlite_utils import Database

from vigtui.domain.derived import Lane, LaneKind, Picture, Still
from vigtui.domain.light import Light, LightCopy
from vigtui.domain.timecode import Millis


def keep_lane(db: Database, lane: Lane) -> None:
    """Keep a lane in the place of an older one."""
    db.execute(
        "INSERT OR REPLACE INTO lanes (film_id, kind, step_ms, levels, track) VALUES (?, ?, ?, ?, ?)",
        [lane.film_id, lane.kind.value, lane.step_ms, lane.levels, lane.track],
    )


def lanes_of(db: Database, film_id: str) -> list[Lane]:
    """The lanes of a film that are there."""
    rows = db.execute("SELECT kind, step_ms, levels, track FROM lanes WHERE film_id = ?", [film_id]).fetchall()
    return [Lane(film_id, LaneKind(kind), Millis(step_ms), levels, track) for kind, step_ms, levels, track in rows]


def keep_still(db: Database, moment_id: str, still: Still) -> None:
    """Keep the still of a moment in the place of an older one."""
    picture = still.picture
    db.execute(
        """
        INSERT OR REPLACE INTO stills (moment_id, at_ms, width, height, pixels, jpeg, track)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [moment_id, still.at_ms, picture.width, picture.height, picture.rgb, still.jpeg, still.track],
    )


def stills_of(db: Database, moment_ids: Iterable[str]) -> dict[str, Still]:
    """The stills of these moments that are there."""
    found = {}
    for moment_id in moment_ids:
        row = db.execute(
            "SELECT at_ms, width, height, pixels, jpeg, track FROM stills WHERE moment_id = ?", [moment_id]
        ).fetchone()
        if row:
            found[moment_id] = Still(Millis(row[0]), Picture(row[1], row[2], row[3]), row[4], row[5])
    return found


def keep_light(db: Database, copy: LightCopy) -> None:
    """Keep what opens a light copy, in the place of an older one of its kind."""
    db.execute(
        """
        INSERT OR REPLACE INTO light_copies (film_id, kind, video_track, sound_track, key, size_bytes, entries)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [
            copy.film_id,
            copy.kind.value,
            copy.video_track,
            copy.sound_track,
            copy.key,
            copy.size_bytes,
            json.dumps(copy.entries, separators=(",", ":")).encode(),
        ],
    )


def lights_of(db: Database, film_id: str | None) -> list[LightCopy]:
    """The light copies of a film, or of all films."""
    rows = db.execute(
        "SELECT film_id, kind, video_track, sound_track, key, size_bytes, entries FROM light_copies "
        "WHERE :film IS NULL OR film_id = :film",
        {"film": film_id},
    ).fetchall()
    return [
        LightCopy(
            film, Light(kind), video, sound, key, size, tuple((Millis(at), byte) for at, byte in json.loads(entries))
        )
        for film, kind, video, sound, key, size, entries in rows
    ]


def forget_lights(db: Database, film_id: str) -> None:
    """Forget what opens the light copies of a film: nobody can see them any more."""
    db.execute("DELETE FROM light_copies WHERE film_id = ?", [film_id])
