"""The command line: everything that needs no eyes, and the door to the app."""

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: the words after the program's name; those it was started with where None.

    Returns:
        0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.
    """
    from vigtui.cli.run import run  # argparse and json are not needed to import this package

    return run(argv)
