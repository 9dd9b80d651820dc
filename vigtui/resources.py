"""Files shipped with the program: the installed copy first, then the checkout."""

from pathlib import Path

_HERE = Path(__file__).parent


def styles_dir() -> Path:
    """The stylesheets: `vigtui/styles` in a wheel, `styles/` beside the package in a checkout."""
    return next(folder for folder in (_HERE / "styles", _HERE.parent / "styles") if (folder / "app.tcss").is_file())
