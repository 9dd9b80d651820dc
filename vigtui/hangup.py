"""Notices that the terminal has gone, also where nobody sends a signal, and sees to it that the program ends then.

What is written to a terminal that is not there any more never gets away: the thread that writes ends, its queue fills, and
whoever writes next waits for ever, the event loop included. So a thread of its own looks at the terminal. When it has gone, it
empties that queue, asks the app to save and end, and after a while ends the program whatever it is doing.
"""

import os
import queue
import select
import threading
import time
from collections.abc import Callable

PATIENCE = 4.0
"""Seconds that saving and ending may take; a clinic's server expects everything to be gone within five."""
_DRAIN_EVERY = 0.05


def watch(terminal: int, gone: Callable[[], None], waiting: Callable[[], "queue.Queue[str | None] | None"]) -> None:
    """Watch a terminal from now on.

    Args:
        terminal: its file number.
        gone: called once, from another thread, when it has gone.
        waiting: gives what is queued for it.
    """
    threading.Thread(target=_watch, args=(terminal, gone, waiting), name="hangup", daemon=True).start()


def _watch(terminal: int, gone: Callable[[], None], waiting: Callable[[], "queue.Queue[str | None] | None"]) -> None:
    poll = select.poll()
    poll.register(terminal, 0)  # hang-ups and errors are told in any case
    while not any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll()):
        pass
    gone()
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        _drain(waiting())
        time.sleep(_DRAIN_EVERY)
    os._exit(1)


def _drain(queued: "queue.Queue[str | None] | None") -> None:
    while queued is not None:
        try:
            queued.get_nowait()
        except queue.Empty:
            return
