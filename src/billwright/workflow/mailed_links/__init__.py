"""Links to pay in mails about what is owed: invoices, debit notes, reminders and statements of account.

A company chooses them by the convention `payment_links`. Each mail has a link of its own, made in the act that queues
it; its secret follows from what names the mail, so that the paper that goes with it finds the same link, and a mail
that is queued once has one link however often it is asked for.

A room of its own, below that of documents: paying by a link (`payment_links`) needs gateways, which need documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from billwright.comms.operations import NewMessage
from billwright.comms.queries import messages_by_effect
from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.org.queries import LegalEntityRow, get_convention
from billwright.payments import links
from billwright.payments.links import NewLink
from billwright.payments.ports.pages import has_pages, page_address
from billwright.render.formats import formats_for
from billwright.render.wording import words_for

__all__ = ["LinkedMail", "with_links"]

CONVENTION: Final = "payment_links"
OPEN_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedMail:
    """A mail of a seller that may carry a link: its message names an account and an effect.

    `asks`: something is owed. `key` names the link for good. `invoice_ids` none: the page shows whatever is open.
    """

    message: NewMessage
    seller: LegalEntityRow
    key: str
    asks: bool = True
    invoice_ids: tuple[int, ...] = ()


def with_links(*, act: Act, mails: Sequence[LinkedMail]) -> list[NewMessage]:
    """Make the links of mails that are about to be queued; returns their messages, the value `pay_online` filled.

    Not a verb: part of the act that queues. Empty for a mail that asks for nothing or was queued before, for companies
    that chose none, and where the installation does not know its own address. A fixed number of statements per company.
    """
    fresh = _fresh(act, [mail for mail in mails if mail.asks]) if has_pages() else []
    links.add_links(act=act, links=[_link(mail) for mail in fresh], expires_at=act.at + OPEN_FOR)
    told = {mail.key: _words(mail, act) for mail in fresh}
    return [
        replace(mail.message, values={**mail.message.values, "pay_online": told.get(mail.key, "")}) for mail in mails
    ]


def _fresh(act: Act, asking: Sequence[LinkedMail]) -> list[LinkedMail]:
    """The mails of companies that chose links, without those that were queued before."""
    sellers = {mail.seller.id: mail.seller for mail in asking}
    carrying = {id_ for id_, seller in sellers.items() if _carries(act, seller)}
    wanted = [mail for mail in asking if mail.seller.id in carrying]
    effects = [mail.message.effect_key for mail in wanted if mail.message.effect_key]
    queued = messages_by_effect(effects) if effects else {}
    return [mail for mail in wanted if mail.message.effect_key not in queued]


def _carries(act: Act, seller: LegalEntityRow) -> bool:
    on = business_date(act.at, seller.timezone)
    return get_convention(legal_entity_id=seller.id, option=CONVENTION, on=on) == "with_mails"


def _link(mail: LinkedMail) -> NewLink:
    assert mail.message.account_ref is not None, "a link shows what an account owes"
    return NewLink(
        legal_entity_id=mail.seller.id,
        account_id=mail.message.account_ref,
        invoice_ids=mail.invoice_ids,
        token_hash=links.hash_of(links.secret_of_mail(mail.key)),
    )


def _words(mail: LinkedMail, act: Act) -> str:
    last = business_date(act.at + OPEN_FOR, mail.seller.timezone)
    until = formats_for(mail.message.language, country=mail.seller.country).day(last)
    link = page_address(links.token_of(links.secret_of_mail(mail.key)))
    return f"{words_for(mail.message.language)('mail_pay_online', until=until, link=link)}\n\n"
