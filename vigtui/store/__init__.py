"""One SQLite library behind one thread; the only room that knows SQL."""

import sys

# sqlite-utils takes numpy along where it finds it, for columns of a kind that is never used here. numpy is installed for the
# process that draws films; every other start would pay 0.2 s and 20 MB for it.
_is_there = "numpy" in sys.modules
if not _is_there:
    sys.modules["numpy"] = None  # type: ignore[assignment]
import sqlite_utils.db  # noqa: E402, F401

if not _is_there:
    del sys.modules["numpy"]
