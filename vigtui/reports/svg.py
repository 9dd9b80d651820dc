"""Ratings as a small line chart inside an HTML page."""

from collections.abc import Iterator
from html import escape

from vigtui.reports.document import Chart

_WIDTH, _LEFT, _RIGHT = 640, 60, 30
_TOP, _TALL, _BELOW = 30, 90, 44
"""Size of the chart and of the room around its lines, in its own units; there is room for two lines of letters below."""
_LETTER, _DIGIT = 7.5, 10.5
"""Width of a letter below the line and of a digit above it."""


def svg(chart: Chart) -> str:
    """The ratings as dots on a line, each with its number; the ends of the scale as thin lines."""
    said = ", ".join(f"{one.when}: {chart.said(one)}" for one in chart.points)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_TOP + _TALL + _BELOW}" role="img" aria-label="{escape(said)}">',
        *_scale(chart),
        *_line(chart),
        *_days(chart),
        "</svg>",
    ]
    return "".join(parts)


def _x(chart: Chart, n: int) -> float:
    return round(_LEFT + n * _step(chart), 1)


def _step(chart: Chart) -> float:
    return (_WIDTH - _LEFT - _RIGHT) / max(len(chart.points) - 1, 1)


def _scale(chart: Chart) -> Iterator[str]:
    last = chart.points[-1]
    for y, end in ((_TOP, last.high), (_TOP + _TALL, last.low)):
        yield f'<path d="M{_LEFT - 20} {y}H{_WIDTH - _RIGHT + 20}" stroke="#ccc" stroke-dasharray="2 4"/>'
        if chart.one_scale:
            yield f'<text x="{_LEFT - 28}" y="{y + 5}" text-anchor="end">{end}</text>'


def _line(chart: Chart) -> Iterator[str]:
    at = [(_x(chart, n), round(_TOP + _TALL * (1 - one.share), 1)) for n, one in enumerate(chart.points)]
    way = " ".join(f"{x},{y}" for x, y in at)
    yield f'<polyline class="way" points="{way}" fill="none" stroke="#999" stroke-width="3"/>'
    named = _that_fit(chart, _DIGIT * max(len(chart.said(one)) for one in chart.points))
    for n, (x, y) in enumerate(at):
        yield f'<circle class="dot" cx="{x}" cy="{y}" r="6" fill="#222"/>'
        if n in named:
            words = chart.said(chart.points[n])
            yield f'<text class="value" x="{x}" y="{y - 12}" text-anchor="middle">{words}</text>'


def _days(chart: Chart) -> Iterator[str]:
    """The days below the line, each part of the work above its day; at both ends they keep inside."""
    last = len(chart.points) - 1
    for n in _that_fit(chart, 1.5 * _LETTER * max(len(words) for one in chart.points for words in (one.part, one.day))):
        one, x = chart.points[n], _x(chart, n)
        anchor, beside = ("start", -6) if n == 0 else ("end", 6) if n == last else ("middle", 0)
        for row, words in enumerate(words for words in (one.part, one.day) if words):
            y = _TOP + _TALL + 20 + 17 * row
            yield f'<text x="{x + beside}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _that_fit(chart: Chart, wide: float) -> list[int]:
    """The points, from 0, that have room for words so wide: the first and the last always, the others where they do not touch."""
    last = len(chart.points) - 1
    every = -int(-wide // _step(chart)) or 1
    between = [n for n in range(every, last, every) if last - n >= every]
    return sorted({0, *between, last})
