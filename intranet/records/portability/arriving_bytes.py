"""The bytes of a package on arrival: scanned and stored before its rows, so that nobody waits."""

from contextlib import suppress

from intranet.delivery.files.operations import SMALL
from intranet.delivery.files.scanning import scan
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import StorageAway, new_key
from intranet.records.packages.reading import Package
from intranet.records.portability.making import Said

FOLDERS = ("files/", "thumbnails/", "portraits/")
OF_PORTRAITS = ".small"


class ArrivingBytes:
    """Stores what has a place among the files; each is taken by a row, or removed again."""

    def __init__(self, package: Package, said: Said) -> None:
        """Begin with nothing stored."""
        self._package = package
        self._said = said
        self._keys: dict[str, str] = {}
        self._taken: set[str] = set()

    def bring(self) -> None:
        """Scan and store every file.

        Raises:
            Invalid: there is a virus in one.
            TooLarge, Unavailable: the scanner does not take it, or does not answer.
        """
        paths = sorted(path for path in self._package.paths if path.startswith(FOLDERS))
        for number, path in enumerate(paths):
            self._said("files", number, len(paths))
            portrait = path.removesuffix(OF_PORTRAITS) if path.startswith("portraits/") else path
            if portrait == path:
                self._put(path, new_key())
            elif portrait in self._keys:
                self._put(path, self._keys[portrait] + SMALL)

    def take(self, path: str) -> str | None:
        """Return the key of a file for the row to which it belongs, if it came along."""
        key = self._keys.get(path)
        if key is not None:
            self._taken |= {key, key + SMALL}
        return key

    def clear(self) -> None:
        """Remove what was stored for nothing: all of it, if the rows do not come."""
        self._taken.clear()
        self.clear_rest()

    def clear_rest(self) -> None:
        """Remove what no row took."""
        for key in self._keys.values():
            if key not in self._taken:
                with suppress(OSError, StorageAway):
                    storage().delete(key)

    def _put(self, path: str, key: str) -> None:
        self._keys[path] = key
        with self._package.open(path) as source:
            scan(source, "package")
            storage().put(key, source)
