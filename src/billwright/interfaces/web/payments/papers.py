"""What leaves the house about money: the receipt of a payment, the slip to pay with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.invoices.acts import SendForm
from billwright.interfaces.web.messages.masking import mailbox
from billwright.interfaces.web.payments.page import payment_for, payment_url
from billwright.render.documents import PrintedSettlement
from billwright.render.pdf import file_name, render_pdf
from billwright.reporting.receipt_paper import printed_receipt
from billwright.reporting.slip_paper import printed_slip
from billwright.workflow.documents import send_receipt


@require_GET
def receipt_pdf(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The receipt for the payer, as it stands today."""
    row = payment_for(request, payment_id)
    paper = printed_receipt(payment_id, issued_on=day_at(request, row.legal_entity_id))
    return _shown(paper, f"receipt-{row.number or payment_id}.pdf")


@require_GET
def slip_pdf(request: HttpRequest, account_id: int) -> HttpResponse:
    """What an account is asked to pay today, with where to pay it and a code to scan."""
    account = account_for(request, account_id, "report.view")
    paper = printed_slip(account_id, as_of=day_at(request, account.legal_entity_id))
    return _shown(paper, file_name(paper.number))


def _shown(paper: PrintedSettlement, name: str) -> HttpResponse:
    answer = HttpResponse(render_pdf(paper), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@require_http_methods(["GET", "POST"])
def receipt_send(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Mail the receipt to the billing contact or another address."""
    row = payment_for(request, payment_id)
    return act_by_drawer(
        request,
        send_receipt,
        form=bound(SendForm, request),
        arguments=lambda given: {"payment_id": payment_id, "to_address": given["to_address"]},
        url=payment_url(payment_id),
        told=lambda address: _("The receipt is on its way to %(address)s.") % {"address": mailbox(request, address)},
        context={
            "title": _("Mail receipt %(number)s") % {"number": row.number or payment_id},
            "icon": "send",
            "submit": _("Send"),
            "follows": [("mail", _("The receipt is printed when the mail leaves: what the money settled by then"))],
        },
    )
