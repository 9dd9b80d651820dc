"""Case bundles as the services see them; what encrypts is imported when first used."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from vigtui.domain.bundle import Manifest

if TYPE_CHECKING:
    from vigtui.interchange.bundle import BundleReader


class BundleTools:
    """`services.ports.Bundles`; imported when first used, for it brings encryption along."""

    def write(
        self,
        stream: BinaryIO,
        passphrase: str,
        manifest: Manifest,
        records: bytes,
        films: dict[str, Path],
        step: Callable[[int, int], None],
    ) -> dict[str, str]:
        """See `interchange.bundle.write_bundle`."""
        from vigtui.interchange.bundle import write_bundle

        return write_bundle(stream, passphrase, manifest, records, films, step)

    def open(self, stream: BinaryIO, passphrase: str) -> "BundleReader":
        """See `interchange.bundle.BundleReader`."""
        from vigtui.interchange.bundle import BundleReader

        return BundleReader(stream, passphrase)
