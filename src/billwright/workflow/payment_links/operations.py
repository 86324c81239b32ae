"""The verbs of payment links, and what their page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account, parties
from billwright.accounts.rows import AccountRow
from billwright.comms.operations import NewMessage, queue_messages
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments import links
from billwright.payments.gateway_rows import GatewayRow, PartAsked
from billwright.payments.links import NewLink, PaymentLinkRow
from billwright.payments.ports.methods import MethodWay
from billwright.payments.queries.counter import list_accepted
from billwright.receivables.queries import chaseable
from billwright.receivables.rows import OpenItemRow
from billwright.render.formats import formats_for, spoken
from billwright.render.wording import words_for
from billwright.workflow.gateway_intake.starting import PageWanted, StartedPayment, choose_gateway, start_payment

LINK_DAYS_MAX: Final = 90
DOCUMENTS_MAX: Final = 50
# Who begins a payment on the page: nobody is logged in there.
ACTOR: Final = "system:portal"
# The mail that carries a link.
SENT: Final = "payment_link.sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """What a link's page asks for: open items, their sum, and the gateway that takes it, if one does."""

    link: PaymentLinkRow
    items: tuple[OpenItemRow, ...]
    total: Money
    gateway: GatewayRow | None


@verb("payment_link.create", subject=lambda _, answer: f"payment_link:{answer.id}")
def create_link(
    *,
    act: Act,
    account_id: int,
    token_hash: str,
    days: int,
    invoice_ids: Sequence[int] = (),
    to_address: str = "",
    url: str = "",
) -> PaymentLinkRow:
    """Make a link for what is open of an account, or of some of its documents; it opens for some days.

    Only the hash of its secret is given. With `to_address` its `url` is mailed there, in the account's language.
    Raises NotFound, Refusal for too many days, documents of another account or an address that is none.
    """
    account = get_account(account_id)
    if not 1 <= days <= LINK_DAYS_MAX:
        longest = _("A link opens for at most %(days)d days.") % {"days": LINK_DAYS_MAX}
        raise Refusal("payment_link.time", longest, field="days")
    theirs = {item.invoice_id for item in chaseable(as_of=act.at.date(), account_ids=[account_id])}
    if len(invoice_ids) > DOCUMENTS_MAX or not set(invoice_ids) <= theirs:
        raise Refusal(
            "payment_link.other_document", _("A link shows open documents of its own account."), field="invoice_ids",
            cure=_("Choose open documents, or leave them out: then it shows whatever is open."),
        )  # fmt: skip
    row = links.add_link(
        act=act,
        link=NewLink(
            legal_entity_id=account.legal_entity_id,
            account_id=account_id,
            invoice_ids=tuple(invoice_ids),
            token_hash=token_hash,
        ),
        expires_at=act.at + timedelta(days=days),
    )
    note_change(after={"account": account.number, "documents": len(invoice_ids), "days": days})
    if to_address:
        _mail(act, account, row, to_address=to_address, url=url)
    return row


def _mail(act: Act, account: AccountRow, row: PaymentLinkRow, *, to_address: str, url: str) -> None:
    """Queue the mail with the link; the mail is the only place that keeps its address."""
    assert url, "whoever mails a link knows where its page is"
    seller = get_legal_entity(legal_entity_id=account.legal_entity_id)
    party = parties([account.id], on=act.at.date())[account.id]
    language = spoken(party.language)
    formats = formats_for(language, country=seller.country)
    message = NewMessage(
        purpose=SENT,
        to_address=to_address,
        to_name=party.name,
        from_address=seller.email,
        language=language,
        values={
            "name": party.addressee or party.name,
            "seller": seller.name,
            "account": account.number,
            "total": formats.money(payable_of(row, as_of=business_date(act.at, seller.timezone)).total),
            "until": formats.day(business_date(row.expires_at, seller.timezone)),
            "link": url,
        },
        about=f"payment_link:{row.id}",
        account_ref=account.id,
    )
    queue_messages(act=act, messages=[message])
    note_change(
        after={"mailed": True}, personal={"to_address": to_address}, personal_of=f"customer:{account.customer_id}"
    )


@verb("payment_link.revoke", subject=lambda arguments, _: f"payment_link:{arguments['payment_link_id']}")
def revoke_link(*, act: Act, payment_link_id: int) -> PaymentLinkRow:
    """Close a link: its page opens no more. Raises NotFound, IllegalTransition."""
    row = links.revoke_link(payment_link_id=payment_link_id)
    note_change(after={"state": row.state, "by": act.actor})
    return row


def payable_of(link: PaymentLinkRow, *, as_of: date) -> Payable:
    """What the page of a link asks for on a day: what may be chased of its documents, no disputed part."""
    account = get_account(link.account_id)
    chosen = set(link.invoice_ids)
    items = tuple(
        item
        for item in chaseable(as_of=as_of, account_ids=[link.account_id])
        if item.chaseable.amount_minor > 0 and (not chosen or item.invoice_id in chosen)
    )[:DOCUMENTS_MAX]
    total = sum((item.chaseable for item in items), start=Money.zero(account.currency))
    accepted = list_accepted(legal_entity_id=link.legal_entity_id, on=as_of)
    takes_online = any(row.is_accepted for row in accepted if row.way == MethodWay.ONLINE)
    return Payable(
        link=link, items=items, total=total, gateway=choose_gateway(link.account_id) if takes_online else None
    )


def begin_payment(
    *, payable: Payable, at: datetime, return_url: str, cancel_url: str, notify_base: str, keep_token: bool = False
) -> StartedPayment:
    """Begin to pay everything that the page asks for, on the gateway's page; to be called outside a transaction.

    `keep_token`: the customer has ticked that his means of paying is kept for later debits.

    The same page with the same documents and amounts begins the same payment, unless one was made before. Raises
    Refusal when nothing is to be paid or no gateway takes it.
    """
    if not payable.items:
        raise Refusal("payment_link.nothing_to_pay", _("Nothing is to be paid any more."))
    link = payable.link
    asked = "|".join(f"{item.open_item_id}:{item.chaseable.amount_minor}" for item in payable.items)
    account = get_account(link.account_id)
    started = start_payment(
        act=Act(actor=ACTOR, at=at),
        wanted=PageWanted(
            account_id=link.account_id,
            amount=payable.total,
            description=f"{words_for(spoken(account.language))('fact_billing_account')} {account.number}",
            return_url=return_url,
            cancel_url=cancel_url,
            notify_base=notify_base,
            parts=tuple(
                PartAsked(open_item_id=item.open_item_id, amount_minor=item.chaseable.amount_minor)
                for item in payable.items
            ),
            keep_token=keep_token,
            # Whoever changes his mind about keeping begins another payment: the gateway was told otherwise before.
            key=f"payment_link:{link.id}:{link.begun_count}:{asked}{':keep' if keep_token else ''}",
        ),
    )
    with transaction.atomic():
        links.note_begun(payment_link_id=link.id, reference=started.payment.reference)
    return started
