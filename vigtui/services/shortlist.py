"""Checks on the shortlist: they warn and never stop anybody."""

from collections.abc import Sequence
from datetime import date

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Purpose
from vigtui.domain.packs import Pack
from vigtui.domain.timecode import Millis, format_length
from vigtui.domain.way import Question


def warnings(file: CaseFile, clip: Clip, pack: Pack, today: date | None = None) -> tuple[str, ...]:
    """What a practitioner may want to look at again in one clip; each a few words. Consents only where a day is given."""
    moment = file.moment(clip.moment_id)
    found = []
    if not moment.still and moment.length_ms > pack.clips.warn_seconds * 1000:
        found.append(f"{format_length(moment.length_ms)} is long")
    elif not moment.still and moment.length_ms > pack.clips.ideal_seconds * 1000:
        found.append(f"longer than {pack.clips.ideal_seconds} s")
    if not file.principles_of(moment.id) and not pack.clips.corrective:
        found.append("which strength? no principle yet")
    if not clip.why.strip():
        found.append("why chosen?")
    if not moment.goal_id and (file.goals_now or pack.question is Question.OWN):
        found.append("which goal does it serve?")
    seen = file.seen_in(moment.film_id) if today else ()
    if today and (missing := file.missing_consents(seen, Purpose.THERAPY, today)):
        found.append(f"no consent now: {', '.join(dict.fromkeys(one.name for one in missing))}")
    return tuple(found)


def overall(file: CaseFile, clips: Sequence[Clip], pack: Pack) -> tuple[str, ...]:
    """What there is to say of the shortlist as a whole."""
    found = []
    if len(clips) > pack.clips.most:
        found.append(f"{len(clips)} clips; {pack.clips.most} are plenty")
    moments = [(clip, file.moment(clip.moment_id)) for clip in clips]
    for i, (clip, one) in enumerate(moments):
        for other, two in moments[i + 1 :]:
            if one.film_id == two.film_id and not one.still and not two.still and one.span.overlaps(two.span):
                found.append(f"clips {clip.position} and {other.position} overlap")
    total = Millis(sum(moment.length_ms for _, moment in moments))
    if clips:
        found.append(f"{len(clips)} {'clip' if len(clips) == 1 else 'clips'}, {format_length(total)} in all")
    return tuple(found)
