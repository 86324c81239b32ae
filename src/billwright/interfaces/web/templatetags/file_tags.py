"""The panel of files kept on an account, a document or a payment."""

from __future__ import annotations

from typing import Any

from django import template

from billwright.access.queries import display_names
from billwright.files.policies import kept_until
from billwright.files.queries import list_files
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.files.views import RIGHT
from billwright.interfaces.web.files.words import CLASSES
from billwright.org.queries import get_legal_entity

register = template.Library()


@register.inclusion_tag("web/files/panel.html", takes_context=True)
def kept_files(context: dict[str, Any], noun: str, number: int, legal_entity_id: int) -> dict[str, Any]:
    """`{% kept_files "account" account.id account.legal_entity_id %}` on the page of the thing."""
    rows = list_files(about=f"{noun}:{number}")
    names = display_names({row.stored_by for row in rows})
    country = get_legal_entity(legal_entity_id=legal_entity_id).country if rows else ""
    return {
        "request": context["request"],
        "noun": noun,
        "number": number,
        "may_keep": may_in(context["request"], RIGHT, legal_entity_id),
        "files": [
            (
                row,
                CLASSES[row.retention_class],
                names.get(row.stored_by, row.stored_by),
                kept_until(retention_class=row.retention_class, country=country, stored_on=row.stored_at.date()),
            )
            for row in rows
        ],
    }
