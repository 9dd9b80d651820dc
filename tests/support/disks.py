"""Disks of the tests' own."""

import shutil
import subprocess


def may_mount() -> bool:
    """Whether a small file system can be mounted in a namespace of one's own here."""
    unshare = shutil.which("unshare")
    if not unshare or not shutil.which("mount"):
        return False
    tried = subprocess.run(
        [unshare, "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False,
    )  # fmt: skip
    return tried.returncode == 0
