"""The line of moments: after a change only a stretch of it is drawn anew, and it looks as if all of it had been."""

import random
from dataclasses import replace

import pytest
from rich.text import Text

from vigtui.domain.moment import Moment, MomentState
from vigtui.domain.timecode import Millis
from vigtui.widgets.timeline import Timeline


def timeline(moments: list[Moment], *, length: int, position: int, zoomed: bool) -> Timeline:
    found = Timeline(id="timeline")
    found.zoomed = zoomed
    found._position = Millis(position)
    tell(found, moments, length)
    return found


def tell(shown: Timeline, moments: list[Moment], length: int) -> None:
    shown._length, shown._moments = Millis(length), moments


def drawn(shown: Timeline) -> tuple[str, list[tuple[int, int, str]]]:
    text: Text = shown._moment_lane()
    return text.plain, [(span.start, span.end, str(span.style)) for span in text.spans]


def some_moment(dice: random.Random, number: int, length: int) -> Moment:
    start = dice.randrange(length - 1)
    end = min(length, start + dice.choice([1, 600, 5000, length // 2]))
    return Moment(
        id=f"{number:06}",
        case_id="case",
        film_id="film",
        in_ms=Millis(start),
        out_ms=Millis(end),
        state=dice.choice(list(MomentState)),
    )


@pytest.mark.parametrize("seed", range(60))
def test_what_changed_is_drawn_as_if_all_were(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    length, columns = dice.choice([40_000, 61_000, 600_000]), dice.choice([12, 71, 131])
    monkeypatch.setattr(Timeline, "_width", columns)
    where = {"length": length, "position": dice.randrange(length), "zoomed": dice.random() < 0.5}
    number = dice.choice([0, 1, 3, 40, 300])
    moments = sorted((some_moment(dice, i, length) for i in range(number)), key=lambda one: (one.in_ms, one.id))
    shown = timeline(moments, **where)
    drawn(shown)
    for _ in range(12):
        moments = list(moments)
        at = dice.randrange(len(moments)) if moments else 0
        match dice.choice(["new", "gone", "state", "moved", "note"]) if moments else "new":
            case "new":
                number += 1
                moments.append(some_moment(dice, number, length))
            case "gone":
                del moments[at]
            case "state":
                moments[at] = replace(moments[at], state=dice.choice(list(MomentState)))
            case "moved":
                moments[at] = replace(some_moment(dice, 0, length), id=moments[at].id)
            case "note":
                moments[at] = replace(moments[at], note="looks up")
        moments.sort(key=lambda one: (one.in_ms, one.id))
        tell(shown, moments, length)
        assert drawn(shown) == drawn(timeline(moments, **where))


def test_a_change_among_thousands_looks_at_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Timeline, "_width", 71)
    dice = random.Random(1)
    moments = [
        replace(some_moment(dice, i, 60_000), in_ms=Millis(20 * i), out_ms=Millis(20 * i + 600)) for i in range(2900)
    ]
    shown = timeline(moments, length=60_000, position=0, zoomed=False)
    drawn(shown)
    looked_at: list[int] = []
    put = Timeline._put
    monkeypatch.setattr(
        Timeline, "_put", lambda self, moments, *rest: (looked_at.append(len(moments)), put(self, moments, *rest))[1]
    )
    changed = [*moments[:1500], replace(moments[1500], note="looks up"), *moments[1501:]]
    tell(shown, changed, 60_000)
    drawn(shown)
    assert sum(looked_at) == 0
    tell(shown, [*changed[:1500], *changed[1501:]], 60_000)
    drawn(shown)
    assert 0 < sum(looked_at) < 300


@pytest.mark.parametrize(("length", "part"), [(1, 1), (9, 2), (9_640, 2_410), (61_000, 15_250), (600_000, 60_000)])
def test_a_zoomed_timeline_is_a_part_of_any_film_with_the_playhead_in_it(length: int, part: int) -> None:
    for position in {0, length // 3, length // 2, length - 1, length}:
        shown = timeline([], length=length, position=position, zoomed=True)
        start, end = shown._window()
        assert 0 <= start <= position <= end <= length
        assert end - start == part
