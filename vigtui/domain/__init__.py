"""The practice itself: frozen dataclasses and pure functions. Knows no files, no clock, no SQL, no player."""
