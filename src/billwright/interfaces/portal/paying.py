"""Paying by a link: what is to be paid, a code to scan, the way to the gateway's page, and the end of a kept card.

Nobody logs in. Whoever holds the address sees the documents of one account, so names are masked, nothing is stored by
browsers or search engines, and an address that asks too often is made to wait, whichever web process it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billwright.accounts.queries import get_account
from billwright.kernel import clock
from billwright.kernel.errors import NotFound, Refusal
from billwright.org.queries import get_legal_entity
from billwright.payments import links
from billwright.payments.links import PaymentLinkRow
from billwright.payments.states import ALIVE
from billwright.payments.visits import note_visit
from billwright.render.formats import spoken
from billwright.render.qr import payment_payload, qr_on_page
from billwright.render.wording import words_for
from billwright.reporting.statement_paper import payment_block
from billwright.workflow.payment_links import (
    Payable,
    begin_payment,
    method_of_link,
    methods_of_link,
    payable_of,
    stop_keeping,
)

ASKED_A_MINUTE_MAX: Final = 30
NAME_LETTERS_SHOWN: Final = 1
TOO_MANY, GONE = 429, 404
# Refusals that a payer can do something with; of all others he is told that he cannot pay here now.
REFUSED: Final = {"payment_link.nothing_to_pay": "nothing"}

# As every page of ours, but a form may lead on to the page of a gateway; http is for the simulator's loopback alone.
DIRECTIVES: Final = (
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self' https: http://127.0.0.1:* http://localhost:*",
    "frame-ancestors 'none'",
)

View = Callable[..., HttpResponse]


def guarded(view: View) -> View:
    """Rate, privacy of the answer, and refusals in words; every view of the portal passes here."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _asks_too_often(request):
            response = _refused(request, "wait", status=TOO_MANY)
        else:
            try:
                response = view(request, *args, **kwargs)
            except Refusal as refusal:
                is_gone = isinstance(refusal, NotFound)
                told = "gone" if is_gone else REFUSED.get(refusal.code, "unavailable")
                response = _refused(request, told, status=GONE if is_gone else refusal.http_status)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # The secret in the address goes to nobody else. "no-referrer" would take the origin out of our own form as
        # well, and the form would be refused.
        response["Referrer-Policy"] = "same-origin"
        response["Content-Security-Policy"] = "; ".join(DIRECTIVES)
        return response

    return login_not_required(answer)


def _words(language: str) -> dict[str, str]:
    """The words of the pages in a language, or in English."""
    return dict(words_for(spoken(language)).by_key)


def _refused(request: HttpRequest, told: str, *, status: int) -> HttpResponse:
    """In the browser's language: whose page it was is not known, or not told. Why is told to staff, not to payers."""
    words = _words(translation.get_language() or "")
    said = {"title": words[f"portal_{told}"], "cure": words.get(f"portal_{told}_cure", ""), "words": words}
    return render(request, "portal/refused.html", said, status=status)


def _asks_too_often(request: HttpRequest) -> bool:
    with transaction.atomic():
        return note_visit(str(request.META.get("REMOTE_ADDR", "")), at=clock.now()) > ASKED_A_MINUTE_MAX


def masked_name(name: str) -> str:
    """`Ana Botha` as `A•• B••••`: enough for whoever it is, nothing for anybody else."""
    return " ".join(word[:NAME_LETTERS_SHOWN] + "•" * (len(word) - NAME_LETTERS_SHOWN) for word in name.split())


def _link(token: str) -> PaymentLinkRow:
    return links.find_open_link(links.secret_of(token), at=clock.now())


def _payable(token: str) -> Payable:
    link = _link(token)
    zone = get_legal_entity(legal_entity_id=link.legal_entity_id).timezone
    return payable_of(link, as_of=clock.business_date(clock.now(), zone))


@require_GET
@guarded
def page(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be paid, and how."""
    payable = _payable(token)
    links.note_opened(payment_link_id=payable.link.id, at=clock.now())
    account = get_account(payable.link.account_id)
    with translation.override(account.language):
        return render(request, "portal/pay.html", _context(payable, token, told=request.GET))


def _context(payable: Payable, token: str, *, told: Mapping[str, str]) -> dict[str, Any]:
    link: PaymentLinkRow = payable.link
    methods = methods_of_link(link)
    account = get_account(link.account_id)
    block = payment_block(account, payable.total) if payable.items else None
    return {
        "words": _words(account.language),
        "token": token,
        "entity": get_legal_entity(legal_entity_id=link.legal_entity_id),
        "name": masked_name(account.shown_name),
        "reference": account.number,
        "items": payable.items,
        "total": payable.total,
        "expires_at": link.expires_at,
        "gateway": payable.gateway,
        "bank": block.bank if block else None,
        # Our own drawing of a code: it holds no text of the customer as markup.
        "qr": mark_safe(qr_on_page(payment_payload(block))) if block and block.bank else "",  # noqa: S308
        "is_paid": link.paid_count > 0 and not payable.items,
        "is_back": "back" in told,
        "kept": [method for method in methods if method.state in ALIVE],
        # An address can be written by anybody: it is said only of what was kept and is so no more.
        "is_stopped": told.get("stopped") in {str(method.id) for method in methods if method.state not in ALIVE},
    }


@require_POST
@guarded
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """On to the page of the gateway; card numbers are typed there and never here."""
    payable = _payable(token)
    here = request.build_absolute_uri(reverse("portal:pay", args=[token]))
    started = begin_payment(
        payable=payable,
        at=clock.now(),
        return_url=f"{here}?back=1",
        cancel_url=here,
        notify_base=request.build_absolute_uri("/"),
        keep_token=request.POST.get("keep") == "yes",
    )
    if started.page.method == "GET":
        return HttpResponseRedirect(started.page.url)
    language = get_account(payable.link.account_id).language
    context = {"words": _words(language), "page": started.page, "is_simulator": started.is_simulator}
    with translation.override(language):
        return render(request, "portal/onward.html", context)


@require_http_methods(["GET", "POST"])
@guarded
def stop(request: HttpRequest, token: str, stored_method_id: int) -> HttpResponse:
    """Ask whether a card shall not be kept any more, and end it when the answer is yes."""
    link = _link(token)
    method = method_of_link(link, stored_method_id)
    if request.method == "POST":
        with transaction.atomic():
            method = stop_keeping(link=link, stored_method_id=stored_method_id, at=clock.now())
    if method.state not in ALIVE:
        return HttpResponseRedirect(f"{reverse('portal:pay', args=[token])}?stopped={method.id}")
    language = get_account(link.account_id).language
    with translation.override(language):
        return render(request, "portal/stop.html", {"words": _words(language), "method": method, "token": token})
