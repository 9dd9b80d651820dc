"""`python -m vigtui`: the command line."""

from vigtui.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
