"""What a person decides over receipts of the queue; each form is one verb."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from billwright.interfaces.web.accounts.scope import today, visible_entities
from billwright.interfaces.web.acting import actor_of, at_of, perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.forms import ActForm, bound
from billwright.interfaces.web.matching.receipt import visible_match
from billwright.invoicing.queries import find_document_by_number
from billwright.kernel.errors import NotAllowed, NotFound, Refusal
from billwright.receivables import operations as receivables
from billwright.receivables.match_rows import MatchRow
from billwright.receivables.queries import get_items, list_document_items, list_queue
from billwright.receivables.rows import ItemRow
from billwright.ui import toasts
from billwright.workflow.cash_application import (
    ChosenItem,
    Wanted,
    accept_matches,
    accept_other,
    match_batch,
    reject_matches,
    undo_match,
)

LOOKED_AT_ONCE = 500


class OtherForm(ActForm):
    """Documents that a receipt pays instead, in this order."""

    numbers = forms.CharField(
        label=gettext_lazy("Documents"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Their numbers; the money goes to them in this order."),
    )


def _following(request: HttpRequest, row: MatchRow) -> str:
    """The address of the next receipt of the queue, or of the queue when it was the last."""
    entities = [entity.id for entity in visible_entities(request, "match.view")]
    rows = list_queue(legal_entity_ids=entities, after=(row.value_date, row.match_id), limit=1)
    return reverse("web:matching-receipt", args=[rows[0].match_id]) if rows else reverse("web:matching")


def _decided(request: HttpRequest, words: str, url: str, *, tone: str = "good") -> HttpResponse:
    toasts.toast(request, words, tone=tone)
    return HttpResponseRedirect(url)


def _refused(request: HttpRequest, refusal: Refusal, url: str) -> HttpResponse:
    """Why it was not done, where it was asked; a missing right has a page of its own, which says who may."""
    if isinstance(refusal, NotAllowed):
        raise refusal
    return _decided(request, f"{refusal.message} {refusal.cure or ''}".strip(), url, tone="warn")


@require_POST
def accept(request: HttpRequest, match_id: int) -> HttpResponse:
    """Allocate as proposed, and go on with the next."""
    row = visible_match(request, match_id)
    following = _following(request, row)
    try:
        perform(request, accept_matches, match_ids=[match_id])
    except Refusal as refusal:
        return _refused(request, refusal, reverse("web:matching-receipt", args=[match_id]))
    toasts.toast(request, _("Allocated."), undo_url=reverse("web:matching-undo", args=[match_id]))
    return HttpResponseRedirect(following)


@require_POST
def accept_chosen(request: HttpRequest) -> HttpResponse:
    """Allocate the selected receipts as proposed, all or none."""
    ids = [int(value) for value in request.POST.getlist("selected") if value.isdigit()]
    for match_id in ids:
        visible_match(request, match_id)
    try:
        rows = perform(request, accept_matches, match_ids=ids)
    except Refusal as refusal:
        return _refused(request, refusal, reverse("web:matching"))
    words = ngettext("%(count)d receipt allocated.", "%(count)d receipts allocated.", len(rows)) % {"count": len(rows)}
    return _decided(request, words, reverse("web:matching"))


@require_POST
def reject(request: HttpRequest, match_id: int) -> HttpResponse:
    """Say that a proposal is wrong; what is found instead is shown."""
    day = day_at(request, visible_match(request, match_id).legal_entity_id)
    try:
        found = perform(request, reject_matches, match_ids=[match_id], on=day)
    except Refusal as refusal:
        return _refused(request, refusal, reverse("web:matching-receipt", args=[match_id]))
    url = reverse("web:matching-receipt", args=[found[0]]) if found else reverse("web:matching")
    return _decided(request, _("Rejected. It is not proposed again for this receipt."), url)


@require_POST
def take(request: HttpRequest, match_id: int) -> HttpResponse:
    """Make a receipt the work of the person who looks at it."""
    visible_match(request, match_id)
    perform(request, receivables.assign_matches, match_ids=[match_id], owner=actor_of(request))
    return _decided(request, _("It is yours."), reverse("web:matching-receipt", args=[match_id]))


@require_POST
def undo(request: HttpRequest, match_id: int) -> HttpResponse:
    """Take an accepted finding back with all that came of it."""
    day = day_at(request, visible_match(request, match_id).legal_entity_id)
    try:
        found = perform(request, undo_match, match_id=match_id, on=day)
    except Refusal as refusal:
        return _refused(request, refusal, reverse("web:matching-receipt", args=[match_id]))
    url = reverse("web:matching-receipt", args=[found[0]]) if found else reverse("web:matching")
    return _decided(request, _("Taken back, and what was learned is forgotten."), url)


@require_POST
def choose(request: HttpRequest, match_id: int) -> HttpResponse:
    """Allocate a receipt to the candidates that are ticked, in the order shown, and go on with the next."""
    row = visible_match(request, match_id)
    following = _following(request, row)
    ids = [int(value) for value in request.POST.getlist("item") if value.isdigit()]
    items = get_items(ids)
    try:
        chosen = _reached(row, [items[item_id] for item_id in ids if item_id in items])
        perform(request, accept_other, match_id=match_id, items=chosen)
    except Refusal as refusal:
        return _refused(request, refusal, reverse("web:matching-receipt", args=[match_id]))
    toasts.toast(request, _("Allocated."), undo_url=reverse("web:matching-undo", args=[match_id]))
    return HttpResponseRedirect(following)


@require_http_methods(["GET", "POST"])
def other(request: HttpRequest, match_id: int) -> HttpResponse:
    """Allocate a receipt to documents that a person names."""
    row = visible_match(request, match_id)
    return act_by_drawer(
        request,
        accept_other,
        form=bound(OtherForm, request),
        arguments=lambda given: {"match_id": match_id, "items": _chosen(row, given["numbers"])},
        url=lambda _row: _following(request, row),
        told=_("Allocated."),
        undo_url=lambda _row: reverse("web:matching-undo", args=[match_id]),
        context={
            "title": _("Other documents"),
            "icon": "list-checks",
            "follows": [
                ("arrow-right-left", _("The money goes to these documents; the proposal counts as wrong.")),
                ("hourglass", _("What they do not need stays with the customer.")),
            ],
            "submit": _("Allocate"),
        },
    )


def _chosen(row: MatchRow, numbers: str) -> tuple[ChosenItem, ...]:
    """The documents of these numbers, each as far as it is open and the money reaches. Raises NotFound."""
    items: list[ItemRow] = []
    for number in re.split(r"[\s,;]+", numbers.strip()):
        document = find_document_by_number(number, legal_entity_id=row.legal_entity_id)
        if document is None:
            raise NotFound(
                "document.not_found",
                _("There is no document %(number)s.") % {"number": number},
                field="numbers",
                cure=_("Write the number as it is printed."),
            )
        items += list_document_items(document.id)
    return _reached(row, items)


def _reached(row: MatchRow, items: Iterable[ItemRow]) -> tuple[ChosenItem, ...]:
    """What each item takes of the money, in their order, as far as it is open and the money reaches."""
    left = row.left
    chosen = []
    for item in items:
        amount = min(left, item.open)
        if amount.amount_minor > 0:
            chosen.append(ChosenItem(open_item_id=item.open_item_id, amount=amount))
            left -= amount
    return tuple(chosen)


@require_http_methods(["GET", "POST"])
def run(request: HttpRequest) -> HttpResponse:
    """Look at receipts that wait, so many at once that the page answers; the rest is looked at in the background."""
    entities = tuple(entity.id for entity in visible_entities(request, "match.view"))
    return act_by_drawer(
        request,
        match_batch,
        form=bound(ActForm, request),
        arguments=lambda _given: {
            "run_key": f"page:{at_of(request).isoformat()}",
            "wanted": Wanted(legal_entity_ids=entities, limit=LOOKED_AT_ONCE),
            "on": today(request),
        },
        url=reverse("web:matching"),
        told=_told,
        context={
            "title": _("Match now"),
            "icon": "scan-search",
            "follows": [
                ("scan-search", _("Receipts that wait are looked at again, the oldest first.")),
                ("check", _("What the company's rule decides is allocated; the rest is proposed.")),
            ],
            "submit": _("Match"),
        },
    )


def _told(batch: Any) -> str:
    return _("%(receipts)d looked at, %(posted)d allocated, %(proposed)d proposed.") % {
        "receipts": batch.receipts,
        "posted": batch.posted,
        "proposed": batch.proposed,
    }
