"""What `load_curriculum` wrote, so that it never overwrites what a trainer edited since."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedItem(models.Model):
    """One text of a curriculum folder and the record that was made from it.

    The path is that of the file; records that share a file add their key: `glossary.yaml#enganche.es`.
    """

    path = models.CharField(_("file"), max_length=255, unique=True)
    source_digest = models.CharField(_("digest of all that the files said"), max_length=64)
    text_digest = models.CharField(
        _("digest of what this language said"), max_length=64, blank=True
    )
    label = models.CharField(_("kind of record"), max_length=60)
    object_id = models.CharField(_("record"), max_length=60)
    state_digest = models.CharField(_("digest of the record as loaded"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded at"))

    class Meta:
        verbose_name = _("loaded file")
        verbose_name_plural = _("loaded files")

    def __str__(self) -> str:
        return self.path
