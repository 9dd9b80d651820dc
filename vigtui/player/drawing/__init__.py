"""The helper process that draws films as terminal cells. The app starts it (`player/terminal.py`) and never imports it."""
