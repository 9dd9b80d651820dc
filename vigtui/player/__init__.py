"""Playing films: one language (mpv's JSON IPC), one contract, several places where the player can be."""
