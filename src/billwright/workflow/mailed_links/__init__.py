"""Links to pay in mails about what is owed: invoices, debit notes, reminders and statements of account.

A company chooses them by the convention `payment_links`. Each mail has a link of its own, made in the act that queues
it; its secret follows from what names the mail, so that the paper that goes with it finds the same link, and a mail
that is queued once has one link however often it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from billwright.comms.queries import messages_by_effect
from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.org.queries import LegalEntityRow, get_convention
from billwright.payments import links
from billwright.payments.links import NewLink
from billwright.payments.ports.pages import has_pages, page_address
from billwright.render.formats import formats_for, spoken
from billwright.render.wording import words_for

__all__ = ["CONVENTION", "OPEN_FOR", "MailLink", "add_links_of"]

CONVENTION: Final = "payment_links"
OPEN_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink:
    """A mail that may carry a link. `key` names it for good; `invoice_ids` none: the page shows whatever is open."""

    key: str
    effect_key: str
    seller: LegalEntityRow
    account_id: int
    language: str
    invoice_ids: tuple[int, ...] = ()


def add_links_of(*, act: Act, mails: Sequence[MailLink]) -> dict[str, str]:
    """Make the links of mails that are about to be queued; returns the words that carry each, by the mail's key.

    Not a verb: part of the act that queues. None for a mail that was queued before, for companies that chose none, and
    where the installation does not know its own address. A fixed number of statements per company.
    """
    choosing = {mail.seller.id: mail.seller for mail in mails}
    carrying = {id_ for id_, seller in choosing.items() if _carries(act, seller)} if has_pages() else set()
    wanted = [mail for mail in mails if mail.seller.id in carrying]
    queued = messages_by_effect([mail.effect_key for mail in wanted]) if wanted else {}
    fresh = [mail for mail in wanted if mail.effect_key not in queued]
    expires_at = act.at + OPEN_FOR
    links.add_links(
        act=act,
        links=[
            NewLink(
                legal_entity_id=mail.seller.id,
                account_id=mail.account_id,
                invoice_ids=mail.invoice_ids,
                token_hash=links.hash_of(links.secret_of_mail(mail.key)),
            )
            for mail in fresh
        ],
        expires_at=expires_at,
    )
    return {mail.key: _words(mail, act) for mail in fresh}


def _carries(act: Act, seller: LegalEntityRow) -> bool:
    on = business_date(act.at, seller.timezone)
    return get_convention(legal_entity_id=seller.id, option=CONVENTION, on=on) == "with_mails"


def _words(mail: MailLink, act: Act) -> str:
    language = spoken(mail.language)
    last = business_date(act.at + OPEN_FOR, mail.seller.timezone)
    until = formats_for(language, country=mail.seller.country).day(last)
    link = page_address(links.token_of(links.secret_of_mail(mail.key)))
    return f"{words_for(language)('mail_pay_online', until=until, link=link)}\n\n"
