"""Mail about documents: queued when they are issued, and again as a copy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.accounts.rows import PartyRow
from billwright.accounts.states import InvoiceDelivery
from billwright.comms.operations import NewMessage, queue_messages
from billwright.invoicing import queries
from billwright.invoicing.rows import InvoiceRow
from billwright.invoicing.states import InvoiceState
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.idempotency import semantic_key
from billwright.org import queries as org
from billwright.org.queries import LegalEntityRow
from billwright.org.states import DocumentKind
from billwright.render.formats import formats_for, spoken
from billwright.workflow.mailed_links import LinkedMail, with_links

if TYPE_CHECKING:
    from billwright.kernel.models import OutboxEvent

PURPOSES = {
    DocumentKind.INVOICE: "invoice.issued",
    DocumentKind.CREDIT_NOTE: "credit_note.issued",
    DocumentKind.DEBIT_NOTE: "debit_note.issued",
}
COPY = "document.copy"
REMINDER = "reminder.before_due"
CHUNK = 2000


def queue_documents(*, act: Act, invoice_ids: Sequence[int]) -> int:
    """Queue a mail for each document whose account wants mail and has an address; returns how many are new.

    Not a verb: part of the act that issues. A fixed number of statements per chunk; the PDF is printed when the mail
    is sent. A document is queued once, however often this is called.
    """
    queued = 0
    for start in range(0, len(invoice_ids), CHUNK):
        invoices = [
            invoice
            for invoice in queries.get_invoices(invoice_ids[start : start + CHUNK]).values()
            if invoice.state == InvoiceState.ISSUED and invoice.origin != "IMPORT"
        ]
        queued += queue_messages(act=act, messages=_messages(act, invoices))
    return queued


def queue_documents_of_shard(event: OutboxEvent, at: datetime) -> None:
    """Queue the mail of a shard that a bill run issued: handles the outbox topic `bill_run.shard_issued`."""
    run_id, shard_no = event.payload["run"], event.payload["shard"]
    ids = queries.documents_of_shard(run_id=run_id, shard_no=shard_no)
    queue_documents(act=Act(actor="system:bill-run", at=at), invoice_ids=ids)


def _messages(act: Act, invoices: Collection[InvoiceRow]) -> list[NewMessage]:
    found = accounts.get_accounts({invoice.account_id for invoice in invoices})
    wanting = {id_ for id_, account in found.items() if account.delivery == InvoiceDelivery.EMAIL}
    parties, sellers = parties_of(invoices), sellers_of(invoices)
    mailed = [invoice for invoice in invoices if invoice.account_id in wanting and parties[invoice.account_id].email]

    def mail(invoice: InvoiceRow) -> LinkedMail:
        seller, key = sellers[invoice.legal_entity_id], semantic_key("mail", invoice=invoice.id)
        message = message_about(invoice, parties[invoice.account_id], seller, PURPOSES[invoice.kind], key=key)
        owes = invoice.kind != DocumentKind.CREDIT_NOTE and invoice.total.amount_minor > 0
        return LinkedMail(message=message, seller=seller, key=key, asks=owes, invoice_ids=(invoice.id,))

    return with_links(act=act, mails=[mail(invoice) for invoice in mailed])


def parties_of(invoices: Collection[InvoiceRow]) -> dict[int, PartyRow]:
    """Whom documents are for, by account."""
    if not invoices:
        return {}
    latest = max(invoice.document_date for invoice in invoices)
    return accounts.parties(sorted({invoice.account_id for invoice in invoices}), on=latest)


def sellers_of(invoices: Collection[InvoiceRow]) -> dict[int, LegalEntityRow]:
    """Whose documents they are, by company."""
    return {id_: org.get_legal_entity(legal_entity_id=id_) for id_ in {row.legal_entity_id for row in invoices}}


def message_about(
    invoice: InvoiceRow,
    party: PartyRow,
    seller: LegalEntityRow,
    purpose: str,
    *,
    key: str | None,
    to_address: str = "",
    more: Mapping[str, str] | None = None,
) -> NewMessage:
    """A mail about a document, in its language; `more` values go before the common ones."""
    language = spoken(invoice.language)
    formats = formats_for(language, country=seller.country)
    values = {
        "name": party.addressee or party.name,
        "seller": seller.name,
        "number": invoice.number,
        "date": formats.day(invoice.document_date),
        "due": formats.day(invoice.due_date),
        "total": formats.money(abs(invoice.total)),
        "account": party.account_number,
        **(more or {}),
    }
    return NewMessage(
        purpose=purpose,
        to_address=to_address or party.email,
        to_name=party.name,
        from_address=seller.email,
        language=language,
        values=values,
        about=f"invoice:{invoice.id}",
        account_ref=invoice.account_id,
        effect_key=key,
    )


@verb("document.send_copy", subject=lambda arguments, _answer: f"invoice:{arguments['invoice_id']}")
def send_copy(*, act: Act, invoice_id: int, to_address: str = "") -> str:
    """Queue a copy of an issued document, marked COPY, to the account's address or another one; returns the address.

    Raises NotFound, Refusal `document.draft`, `document.no_address`, `message.address`.
    """
    invoice = queries.get_invoice(invoice_id)
    if invoice.state != InvoiceState.ISSUED:
        raise Refusal("document.draft", _("Only an issued document is sent."), field="invoice_id")
    party = accounts.parties([invoice.account_id], on=invoice.document_date)[invoice.account_id]
    address = to_address or party.email
    if not address:
        raise Refusal(
            "document.no_address", _("The account has no billing contact with a mail address."), field="to_address",
            cure=_("Give an address, or add a contact to the account."),
        )  # fmt: skip
    seller = org.get_legal_entity(legal_entity_id=invoice.legal_entity_id)
    queue_messages(act=act, messages=[message_about(invoice, party, seller, COPY, key=None, to_address=address)])
    note_change(personal={"to_address": address}, personal_of=f"customer:{_customer_of(invoice)}")
    return address


def _customer_of(invoice: InvoiceRow) -> int:
    return accounts.get_account(invoice.account_id).customer_id
