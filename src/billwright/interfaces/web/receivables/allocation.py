"""Allocating by hand: a source on one side, the documents on the other, and what follows while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.accounts.edits import page_of
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.payments.page import payment_for
from billwright.interfaces.web.receivables.forms import AllocationForm
from billwright.interfaces.web.receivables.proposal import Follows, claims_of, follow, propose
from billwright.invoicing.queries import find_document_by_number
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.receivables import operations
from billwright.receivables.queries import chaseable, list_cash
from billwright.receivables.rows import AllocationPart, OpenItemRow
from billwright.receivables.states import AllocationPolicy
from billwright.ui import responses, toasts


@dataclass(frozen=True, slots=True)
class Source:
    """Money or credit that can settle documents: a piece of a receipt, or a credit note's item."""

    key: str
    label: str
    since: Any
    left: Money
    is_chosen: bool = False

    @property
    def query(self) -> str:
        """The source as an address names it."""
        return self.key.replace("-", "=", 1)

    @property
    def part(self) -> dict[str, int]:
        """The source as an allocation names it."""
        kind, _colon, number = self.key.partition("-")
        return {"cash_id" if kind == "cash" else "credit_item_id": int(number)}


def sources_of(account: AccountRow, items: list[OpenItemRow], chosen: str) -> list[Source]:
    """What waits on the account, the oldest first; the chosen one, else the first, is marked."""
    found = [
        Source(f"cash-{piece.cash_id}", _("Payment %(id)d") % {"id": piece.payment_id}, piece.value_date, piece.left)
        for piece in list_cash(account_id=account.id)
    ]
    found += [
        Source(f"credit-{item.open_item_id}", item.shown_name, item.document_date, -item.open)
        for item in items
        if item.open.amount_minor < 0
    ]
    keys = [source.key for source in found]
    marked = chosen if chosen in keys else (keys[0] if keys else "")
    return [replace(source, is_chosen=source.key == marked) for source in found]


def _asked_source(request: HttpRequest) -> str:
    if request.GET.get("credit"):
        return f"credit-{request.GET['credit']}"
    return f"cash-{request.GET.get('cash', '')}"


def _policy(request: HttpRequest) -> AllocationPolicy:
    asked = request.GET.get("policy", "")
    costs_first = AllocationPolicy.COSTS_INTEREST_PRINCIPAL
    return costs_first if asked == costs_first else AllocationPolicy.OLDEST_FIRST


def allocate(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give the money or credit that waits to documents: as the policy proposes, or by hand."""
    account = account_for(request, account_id, "payment.view")
    items = chaseable(as_of=day_at(request, account.legal_entity_id), account_ids=[account.id])
    sources = sources_of(account, items, _asked_source(request))
    source = next((one for one in sources if one.is_chosen), None)
    if source is None:
        raise NotFound(
            "allocation.no_source",
            _("No money and no credit waits on this account."),
            cure=_("Record a payment first, or move one here."),
        )
    form = _form(request, account, items, source)
    return act_by_drawer(
        request,
        operations.allocate,
        form=form,
        arguments=lambda _given: {"parts": _parts(form, account, source)},
        url=page_of(account.id),
        told=lambda rows: (
            ngettext("Allocated to %(count)d document.", "Allocated to %(count)d documents.", len(rows))
            % {"count": len(rows)}
        ),
        undo_url=lambda rows: (
            reverse("web:allocations-undo", args=[account.id])
            + "?"
            + "&".join(f"allocation={row.allocation_id}" for row in rows)
        ),
        template="web/receivables/allocate.html",
        context={
            "account": account,
            "sources": sources,
            "source": source,
            "follows": _follows(form, items, source),
            "policy": _policy(request),
        },
    )


def _form(request: HttpRequest, account: AccountRow, items: list[OpenItemRow], source: Source) -> AllocationForm:
    claims = claims_of(items)
    options: dict[str, Any] = {
        "items": claims,
        "currency": account.currency,
        "proposed": propose(source.left, claims, policy=_policy(request)),
    }
    return AllocationForm(request.POST, **options) if request.method == "POST" else AllocationForm(**options)


def _parts(form: AllocationForm, account: AccountRow, source: Source) -> tuple[AllocationPart, ...]:
    given: Mapping[int, Money] = form.stated()
    parts = [AllocationPart(open_item_id=id_, amount=amount, **source.part) for id_, amount in given.items()]
    number = form.cleaned_data.get("other_document", "").strip()
    if number:
        parts.append(_other_part(number, form, account, source))
    return tuple(parts)


def _other_part(number: str, form: AllocationForm, account: AccountRow, source: Source) -> AllocationPart:
    document = find_document_by_number(number, legal_entity_id=account.legal_entity_id)
    if document is None:
        raise NotFound(
            "invoice.not_found",
            _("There is no document %(number)s in the books of this company.") % {"number": number},
            field="other_document",
        )
    amount = form.cleaned_data.get("other_amount")
    return AllocationPart(
        invoice_id=document.id,
        amount=Money.of(amount, account.currency) if amount else None,
        **source.part,
    )


def _follows(form: AllocationForm, items: list[OpenItemRow], source: Source) -> Follows | None:
    """What would follow of what is typed, or of the proposal while nothing is."""
    if not form.is_bound:
        stated = {item.open_item_id: _typed(form, item, source) for item in form.items}
        return follow(source.left, items, stated=stated, policy=None)
    form.is_valid()
    try:
        return follow(source.left, items, stated=form.stated(), policy=None)
    except Refusal:
        return None


def _typed(form: AllocationForm, item: OpenItemRow, source: Source) -> Money:
    initial = form.fields[f"item_{item.open_item_id}"].initial
    return Money.of(initial, source.left.currency) if initial else Money.zero(source.left.currency)


@require_POST
def allocation_preview(request: HttpRequest, account_id: int) -> HttpResponse:
    """What would follow of what is typed, as a fragment; nothing is posted."""
    account = account_for(request, account_id, "payment.view")
    items = chaseable(as_of=day_at(request, account.legal_entity_id), account_ids=[account.id])
    sources = sources_of(account, items, _asked_source(request))
    source = next((one for one in sources if one.is_chosen), None)
    if source is None:
        return HttpResponse("")
    follows = _follows(_form(request, account, items, source), items, source)
    return render(request, "web/payments/follows.html", {"follows": follows})


@require_POST
def allocations_undo(request: HttpRequest, account_id: int) -> HttpResponse:
    """Take allocations back: the documents are open again and the money waits."""
    account = account_for(request, account_id, "payment.view")
    ids = [int(number) for number in request.GET.getlist("allocation") if number.isdigit()]
    perform(request, operations.unallocate, allocation_ids=ids)
    toasts.toast(request, _("Taken back: the money waits again."))
    return responses.done(request, page_of(account.id))


@require_POST
def unallocate(request: HttpRequest, payment_id: int, allocation_id: int) -> HttpResponse:
    """Take one allocation of a receipt back."""
    payment = payment_for(request, payment_id)
    perform(request, operations.unallocate, allocation_ids=[allocation_id])
    toasts.toast(request, _("Taken back: the document is open again and the money waits."))
    return responses.done(request, reverse("web:payment", args=[payment.payment_id]))
