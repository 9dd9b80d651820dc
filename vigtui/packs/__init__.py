"""Script packs shipped with the program: a TOML file per way of working, and the JSON Schema for editors of more."""
