"""The program killed two hundred times while somebody types into a field, and as often into a form: what is lost.

As a share of the promised 300 ms of typing. It fails where a library is not whole, something saved is missing, or more than
those 300 ms of typing are.

usage: python bench/killed.py [TIMES]
"""

import signal
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.test_killed import check, deaths, missing_ms

PROMISED_MS = 300
AT_A_TIME = 25


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    longest = max(measure(into, times) for into in ("field", "form"))
    assert longest <= PROMISED_MS, "more was lost than is promised"


def measure(into: str, times: int) -> float:
    """Kill it so often; how long before its end the oldest letter was typed that is missing, in milliseconds."""
    lost, with_saved = [], 0
    for round_ in range(0, times, AT_A_TIME):
        with tempfile.TemporaryDirectory() as folder:
            for one in deaths(Path(folder), min(AT_A_TIME, times - round_), signal.SIGKILL, into=into, seed=round_):
                check(one)
                lost.append(missing_ms(one))
                with_saved += any(one["saved"])
    print(
        f"typing into a {into}, killed {len(lost)} times, {with_saved} after something was saved: every library whole, "
        f"everything saved is there; oldest letter missing: median {statistics.median(lost):.0f} ms, longest {max(lost):.0f} ms "
        f"before the end; share of the promised {PROMISED_MS} ms: {max(lost) / PROMISED_MS:.2f}"
    )
    return max(lost)


if __name__ == "__main__":
    main()
