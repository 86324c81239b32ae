"""The words of kept files."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.files.states import RetentionClass

CLASSES: Final[dict[str, str | Promise]] = {
    RetentionClass.CONTRACT: _("Contract, order or mandate"),
    RetentionClass.TAX_DOCUMENT: _("Proof of payment, cheque or tax document"),
    RetentionClass.CORRESPONDENCE: _("Letter or mail"),
    RetentionClass.WORKING_FILE: _("Working file"),
}
