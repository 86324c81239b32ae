"""The list of payment links, one of them, making one, closing one."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import quote

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billwright.accounts.queries import get_account, parties
from billwright.comms.queries import list_messages
from billwright.comms.states import MessageState
from billwright.interfaces.web.accounts.scope import account_for, chosen_entities
from billwright.interfaces.web.acting import KEY_FIELD, actor_of, at_of, may, perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at, may_in, require_in
from billwright.interfaces.web.forms import ActForm
from billwright.interfaces.web.messages.masking import masked
from billwright.interfaces.web.messages.words import STATES
from billwright.interfaces.web.paging import AccountNames, by_ids
from billwright.interfaces.web.tags import Words, state_column
from billwright.payments import links
from billwright.payments.links import PaymentLinkRow
from billwright.payments.states import PAYMENT_LINK, PaymentLinkState
from billwright.receivables.queries import chaseable
from billwright.ui import responses, tables, toasts
from billwright.ui.tables import Column, Table
from billwright.workflow.payment_links import LINK_DAYS_MAX, create_link, payable_of, revoke_link

STANDINGS: Final[Words] = {
    "made": (gettext_lazy("Not opened yet"), "neutral", "link"),
    "opened": (gettext_lazy("Opened"), "accent", "eye"),
    "begun": (gettext_lazy("Payment begun"), "warn", "hourglass"),
    "paid": (gettext_lazy("Paid"), "good", "check"),
    "expired": (gettext_lazy("Expired"), "neutral", "clock"),
    "revoked": (gettext_lazy("Closed"), "neutral", "minus"),
}
LINK_STATES: Final[Words] = {
    PaymentLinkState.ACTIVE: (gettext_lazy("Open"), "accent", "link"),
    PaymentLinkState.REVOKED: STANDINGS["revoked"],
}


def standing_of(request: HttpRequest, link: PaymentLinkRow) -> str:
    """What became of a link, in one word."""
    if link.paid_count:
        return "paid"
    if link.state == PaymentLinkState.REVOKED:
        return "revoked"
    if link.expires_at <= at_of(request):
        return "expired"
    if link.begun_count:
        return "begun"
    return "opened" if link.open_count else "made"


class LinkForm(ActForm):
    """For which documents, and for how long."""

    days = forms.IntegerField(label=gettext_lazy("Opens for days"), min_value=1, max_value=LINK_DAYS_MAX, initial=7)
    invoices = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Documents"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: whatever is open when the page is opened."),
    )  # fmt: skip
    to_address = forms.EmailField(
        label=gettext_lazy("Mail it to"), required=False, max_length=254,
        help_text=gettext_lazy("Empty: it is not mailed, and you send its address yourself."),
    )  # fmt: skip

    def __init__(self, *args: Any, documents: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["invoices"].choices = documents  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, account_id: int) -> HttpResponse:
    """Make a link; its address is shown once, to whoever made it."""
    account = account_for(request, account_id, "payment.view")
    items = chaseable(as_of=day_at(request, account.legal_entity_id), account_ids=[account.id])
    documents = {str(item.invoice_id): item.shown_name for item in items if item.chaseable.amount_minor > 0}
    posted = (request.POST,) if request.method == "POST" else ()
    party = parties([account.id], on=day_at(request, account.legal_entity_id))[account.id]
    initial = {"to_address": party.email, "invoices": request.GET.getlist("invoice")}
    key = request.POST.get(KEY_FIELD, "")
    secret = links.new_secret(f"{actor_of(request)}|{key}" if key else "")

    def keep_address(row: PaymentLinkRow) -> str:
        request.session[_session_key(row.id)] = links.token_of(secret)
        return reverse("web:payment-link", args=[row.id])

    return act_by_drawer(
        request,
        create_link,
        form=LinkForm(*posted, documents=list(documents.items()), initial=initial),
        arguments=lambda given: {
            "account_id": account.id,
            "token_hash": links.hash_of(secret),
            "days": given["days"],
            "invoice_ids": tuple(given["invoices"]),
            "to_address": given["to_address"],
            "url": _address(request, links.token_of(secret)),
        },
        url=keep_address,
        told=_("The link is made."),
        context={
            "title": _("Payment link"),
            "icon": "link",
            "submit": _("Make the link"),
            "follows": [
                ("shield", _("The card is given on the page of the payment service: nobody here sees it")),
                ("eye", _("You see when it is opened and paid")),
            ],
        },
    )


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("portal:pay", args=[token]))


def _session_key(payment_link_id: int) -> str:
    return f"payment_link:{payment_link_id}"


@require_GET
def link(request: HttpRequest, payment_link_id: int) -> HttpResponse:
    """One link and what became of it."""
    row = links.get_link(payment_link_id)
    require_in(request, "payment.view", row.legal_entity_id)
    account = get_account(row.account_id)
    token = request.session.get(_session_key(row.id), "")
    address = _address(request, token) if token else ""
    words, tone, icon_name = STANDINGS[standing_of(request, row)]
    context = {
        "link": row,
        "account": account,
        "payable": payable_of(row, as_of=day_at(request, row.legal_entity_id)),
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "address": address,
        "mails": [
            (mail, *STATES[MessageState(mail.state)])
            for mail in masked(request, list_messages(about=f"payment_link:{row.id}"))
        ],
        "mail": f"mailto:?subject={quote(_('Your payment'))}&body={quote(address)}" if address else "",
        "may_revoke": PAYMENT_LINK.allows("revoke", row.state)
        and may_in(request, "payment_link.revoke", row.legal_entity_id),
    }
    return render(request, "web/payment_links/link.html", context)


@require_POST
def revoke(request: HttpRequest, payment_link_id: int) -> HttpResponse:
    """Close a link."""
    row = links.get_link(payment_link_id)
    require_in(request, "payment.view", row.legal_entity_id)
    perform(request, revoke_link, payment_link_id=row.id)
    toasts.toast(request, _("Closed: its page opens no more."))
    return responses.done(request, reverse("web:payment-link", args=[row.id]))


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Links, the newest first."""
    entities = [entity.id for entity in chosen_entities(request, "payment.view", request.GET.get("entity", ""))]
    names = AccountNames()
    page = by_ids(
        request,
        lambda before_id, limit: links.list_links(legal_entity_ids=entities, before_id=before_id, limit=limit),
        names=names,
    )
    table = Table(request, columns=_columns(request, names), rows=page.rows, page=page, label=_("Payment links"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Payment links"))
    return render(
        request, "web/payment_links/list.html", {"table": table, "may_create": may(request, "payment_link.create")}
    )


def _columns(request: HttpRequest, names: dict[int, str]) -> list[Column]:
    return [
        Column(
            "account",
            gettext_lazy("Account"),
            value=lambda row: names.get(row.account_id, ""),
            url=lambda row: reverse("web:payment-link", args=[row.id]),
        ),
        state_column(STANDINGS, "standing", gettext_lazy("What became of it"), of=partial(standing_of, request)),
        Column("created_at", gettext_lazy("Made"), kind="datetime", value=lambda row: row.created_at),
        Column("opened_at", gettext_lazy("First opened"), kind="datetime", value=lambda row: row.opened_at),
        Column("open_count", gettext_lazy("Times opened"), kind="number", value=lambda row: row.open_count),
        Column("expires_at", gettext_lazy("Opens until"), kind="datetime", value=lambda row: row.expires_at),
    ]
