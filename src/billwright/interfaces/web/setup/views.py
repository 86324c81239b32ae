"""The overview of the set-up, and the step of the periods."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.entities import entities_of, find_acting_entity
from billwright.interfaces.web.ledger.words import PERIOD_ICONS, PERIOD_STATES, PERIOD_TONES
from billwright.interfaces.web.setup.steps import entity_of, shown_steps, step_page
from billwright.ledger.queries import PeriodRow, list_periods
from billwright.ui import formats


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """The companies, and how far the one acted for is set up."""
    require(request, "setup.view")
    entity = find_acting_entity(request)
    steps = shown_steps(entity) if entity else []
    context = {
        "entity": entity,
        "entities": entities_of(request),
        "steps": steps,
        "step_count": len(steps),
        "done_count": sum(step.is_done for step in steps),
        "next_step": next((step for step in steps if not step.is_done), None),
        "may_add": may(request, "legal_entity.create"),
    }
    return render(request, "web/setup/setup.html", context)


@require_GET
def periods(request: HttpRequest, code: str) -> HttpResponse:
    """How far the books are open."""
    entity = entity_of(request, code)
    rows = list_periods(entity.id)
    context = {
        "states": _by_state(rows),
        "first": rows[0] if rows else None,
        "last": rows[-1] if rows else None,
        "back": reverse("web:setup-periods", args=[code]),
        "may_see_periods": may(request, "ledger.view"),
    }
    return step_page(request, entity, "periods", verb="ledger.open_books", context=context)


def _by_state(rows: list[PeriodRow]) -> list[dict[str, object]]:
    """How many months stand where, and which."""
    reader = formats.reader()
    shown: list[dict[str, object]] = []
    for state, words in PERIOD_STATES.items():
        months = [row for row in rows if row.state == state]
        if months:
            shown.append(
                {
                    "label": words,
                    "tone": PERIOD_TONES[state],
                    "icon": PERIOD_ICONS[state],
                    "count": len(months),
                    "first": reader.month(months[0].starts_on),
                    "last": reader.month(months[-1].starts_on),
                }
            )
    return shown
