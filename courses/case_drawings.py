"""Our own drawings of scenes: places and things, never a face."""

from django.utils.translation import gettext_lazy as _

CASE_DRAWINGS = [
    ("mesa-de-atencion", _("A desk with two chairs")),
    ("telefono", _("A telephone")),
    ("terminal", _("A bus station")),
    ("carretera", _("A road with a control post")),
    ("puerta", _("A door half open")),
    ("documentos", _("Papers")),
    ("conversacion", _("Two people talking")),
    ("camino", _("A fork in the way")),
]
"""The name of each, which is that of its template, and the words that trainers see."""
