"""Waiting for what is asserted, with a wall-clock limit."""

import asyncio
import time
from collections.abc import Callable

from textual._context import visible_screen_stack
from textual.app import App


def screen_text(app: App) -> str:
    """The screen on top as lines of characters, as a person sees it."""
    visible_screen_stack.set(app._background_screens)
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(holds: Callable[[], object], *, limit: float = 5.0) -> None:
    """Wait until something holds; after `limit` seconds fail with what it was last."""
    ends = time.monotonic() + limit
    while not (last := holds()):
        assert time.monotonic() < ends, f"still {last!r} after {limit} s"
        await asyncio.sleep(0.02)


async def on_top(app: App, kind: type) -> None:
    """Wait until such a screen is on top and can be seen."""
    await until(lambda: isinstance(app.screen, kind) and screen_text(app).strip())


async def settled(pilot) -> None:
    """Wait until every field has sent what was typed and the library has it."""
    from vigtui.widgets.fields import Field

    await pilot.pause()
    await until(lambda: not any(field.is_dirty for field in pilot.app.screen.query(Field)))
    await pilot.pause()


async def steady_text(app: App, *, calm: float = 0.25, limit: float = 5.0) -> str:
    """The screen's text once it has not changed for `calm` seconds."""
    ends = time.monotonic() + limit
    last, since = screen_text(app), time.monotonic()
    while time.monotonic() - since < calm:
        assert time.monotonic() < ends, "the screen does not come to rest"
        await asyncio.sleep(0.02)
        if (now := screen_text(app)) != last:
            last, since = now, time.monotonic()
    return last
