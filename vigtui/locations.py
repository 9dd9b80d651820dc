"""Where things are kept: one function per place, each moved by one environment variable."""

import os
from pathlib import Path


def library_dir() -> Path:
    """The library: `$VIGTUI_LIBRARY`, else the user's data directory."""
    if named := os.environ.get("VIGTUI_LIBRARY"):
        return Path(os.path.expanduser(named))  # noqa: PTH111 - Path's own raises for an unknown ~name
    from platformdirs import user_data_path  # 36 ms that most commands do not need

    return user_data_path("vigtui", appauthor=False)


def config_dir() -> Path:
    """Settings, key map and a service's own packs: `$VIGTUI_CONFIG`, else the user's configuration directory."""
    if named := os.environ.get("VIGTUI_CONFIG"):
        return Path(os.path.expanduser(named))  # noqa: PTH111 - Path's own raises for an unknown ~name
    from platformdirs import user_config_path

    return user_config_path("vigtui", appauthor=False)


def own_packs_dir() -> Path:
    """A service's own script packs."""
    return config_dir() / "packs"


def runtime_dir() -> Path:
    """Sockets of this session: `$XDG_RUNTIME_DIR`, else the system's temporary directory. What is made in it is 0700."""
    import tempfile

    named = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(named) if named and os.access(named, os.W_OK) else Path(tempfile.gettempdir())
