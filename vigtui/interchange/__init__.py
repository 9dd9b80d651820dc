"""Files of other tools, written and read; and the case bundle. The only room that knows their formats."""
