"""The library on disk: SQLite through sqlite-utils, on one thread of its own. The only room that knows SQL."""
