"""Exports of lists: exactly what is shown, for those who may take lists out of the house."""

from __future__ import annotations

from django.http import HttpRequest

from billwright.interfaces.web.acting import require
from billwright.ui import tables

RIGHT = "export.run"


def wants_export(request: HttpRequest) -> bool:
    """True when the list was asked for as a spreadsheet. Raises NotAllowed without the right to export."""
    if not tables.wants_export(request):
        return False
    require(request, RIGHT)
    return True
