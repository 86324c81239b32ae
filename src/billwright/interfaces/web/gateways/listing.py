"""What every list of this area shares: whose gateways it shows, its views, its page and its spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billwright.interfaces.web.accounts.scope import visible_entities
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.paging import by_ids
from billwright.payments.gateway_rows import GatewayRow
from billwright.payments.queries.gateways import get_gateway, list_gateways
from billwright.ui import tables
from billwright.ui.tables import Column, SavedView, Table

RIGHT = "gateway.view"


def visible_gateways(request: HttpRequest) -> dict[int, GatewayRow]:
    """The gateways of the companies whose gateways the person may see, by id. Raises NotAllowed where none are."""
    entities = visible_entities(request, RIGHT)
    return {row.id: row for row in list_gateways(legal_entity_ids=[entity.id for entity in entities])}


def gateway_for(request: HttpRequest, gateway_id: int) -> GatewayRow:
    """A gateway that the person may see. Raises NotFound, NotAllowed."""
    row = get_gateway(gateway_id)
    require_in(request, RIGHT, row.legal_entity_id)
    return row


def named(gateways: Mapping[int, GatewayRow], gateway_id: int) -> str:
    """A gateway as people know it; a simulator says so wherever it is named."""
    row = gateways[gateway_id]
    return f"SIMULATOR {row.name}" if row.is_simulator else row.name


def shown(
    request: HttpRequest,
    *,
    title: str,
    template: str,
    columns: Sequence[Column],
    read: Callable[..., Sequence[Any]],
    views: Mapping[str, tuple[str, tuple[str, ...]]],
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A page of rows, the newest first, of the view in the address; or all of them as a spreadsheet."""
    view = request.GET.get("view", "") if request.GET.get("view", "") in views else ""
    page = by_ids(request, lambda before_id, limit: read(states=views[view][1], before_id=before_id, limit=limit))
    table = Table(request, columns=columns, rows=page.rows, page=page, label=title)
    if tables.wants_export(request):
        return tables.export(table, title=title)
    chips = [
        SavedView(label, f"?view={key}" if key else "?", current=view == key) for key, (label, _states) in views.items()
    ]
    return render(request, template, {"table": table, "views": chips, "title": title, **(context or {})})
