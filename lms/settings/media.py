"""Where uploads and certificates are kept, from an address."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def media_storage(url: str) -> dict[str, Any]:
    """Return the storage of uploads and certificates; raise ImproperlyConfigured on odd addresses."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": parts.path,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    if parts.scheme == "s3":
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": parts.netloc,
                "location": parts.path.strip("/"),
                "default_acl": None,
                "file_overwrite": False,
            },
        }
    raise ImproperlyConfigured("MEDIA_STORAGE_URL must begin with file:// or s3://")
