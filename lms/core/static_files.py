"""Static files: names with a hash for all, compressed copies for our own only.

Compressing all of Wagtail's files costs some ten seconds at every first start and helps only the
few people who open the admin; learners get ours.
"""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN_FOLDERS = ("css/", "js/", "icons/", "fonts/", "vendor/")


class AmparoStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashes every file, compresses those of our own folders."""

    manifest_strict = False

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield (name, compressed name) for each of our own files."""
        yield from super().compress_files([path for path in paths if path.startswith(OWN_FOLDERS)])
