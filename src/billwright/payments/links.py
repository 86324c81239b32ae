"""Payment links: their rows, reads and writes. The verbs are `workflow.payment_links`."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core import signing
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.errors import NotFound
from billwright.kernel.locking import lock_rows
from billwright.payments.gateway_states import GatewayPaymentState
from billwright.payments.models import GatewayPayment, PaymentLink
from billwright.payments.ports.pages import page_address
from billwright.payments.states import PAYMENT_LINK, PaymentLinkState

PAGE_MAX = 200
CHUNK: Final = 2000
SALT: Final = "payment-link"
SECRET_BYTES: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLinkRow:
    """A link and what became of it. `begun_count`: payments begun on its page; `paid_count`: those that were made."""

    id: int
    legal_entity_id: int
    account_id: int
    invoice_ids: tuple[int, ...]
    expires_at: datetime
    state: str
    opened_at: datetime | None
    open_count: int
    begun_count: int
    paid_count: int
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link to be written. `invoice_ids` none: it shows whatever is open of the account."""

    legal_entity_id: int
    account_id: int
    invoice_ids: tuple[int, ...]
    token_hash: str


def hash_of(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(f"payment_link|{secret}".encode()).hexdigest()


def new_secret(key: str = "") -> str:
    """A secret that nobody can guess; the same for the same key of an act, so that a repeat is the same link."""
    return salted_hmac(SALT, key, algorithm="sha256").hexdigest() if key else secrets.token_urlsafe(SECRET_BYTES)


def secret_of_mail(key: str) -> str:
    """The secret of the link that a mail carries: it follows from what names the mail, under our own secret key."""
    return new_secret(f"mail|{key}")


def address_of_mail(key: str) -> str:
    """The address of the link that was made for a mail; empty when there is none or it was closed."""
    secret = secret_of_mail(key)
    is_open = PaymentLink.objects.filter(token_hash=hash_of(secret), state=PaymentLinkState.ACTIVE).exists()
    return page_address(token_of(secret)) if is_open else ""


def token_of(secret: str) -> str:
    """The part of an address that a secret makes, under our signature: a guessed one is refused unseen."""
    return signing.Signer(salt=SALT, sep="~").sign(secret)


def secret_of(token: str) -> str:
    """The secret of an address. Raises NotFound when we did not sign it."""
    try:
        return signing.Signer(salt=SALT, sep="~").unsign(token)
    except signing.BadSignature as error:
        raise unknown_link() from error


def link_rows(links: Sequence[PaymentLink]) -> list[PaymentLinkRow]:
    """Links with what was paid through them, asked once for all."""
    begun = [reference for link in links for reference in link.gateway_references]
    paid = set(
        GatewayPayment.objects.filter(reference__in=begun, state=GatewayPaymentState.PAID).values_list(
            "reference", flat=True
        )
        if begun
        else ()
    )
    return [
        PaymentLinkRow(
            id=link.pk,
            legal_entity_id=link.legal_entity_id,
            account_id=link.account_id,
            invoice_ids=tuple(link.invoice_ids),
            expires_at=link.expires_at,
            state=link.state,
            opened_at=link.opened_at,
            open_count=link.open_count,
            begun_count=len(link.gateway_references),
            paid_count=len(paid & set(link.gateway_references)),
            created_by=link.created_by,
            created_at=link.created_at,
        )
        for link in links
    ]


def get_link(payment_link_id: int) -> PaymentLinkRow:
    """One link. Raises NotFound `payment_link.not_found`."""
    link = PaymentLink.objects.filter(pk=payment_link_id).first()
    if link is None:
        raise unknown_link()
    return link_rows([link])[0]


def unknown_link() -> NotFound:
    """There is no such link, or it opens no more: whoever asks is not told which."""
    return NotFound(
        "payment_link.not_found", _("This payment page is not there any more."), field="payment_link_id",
        cure=_("Ask for a new link."),
    )  # fmt: skip


def find_open_link(secret: str, *, at: datetime) -> PaymentLinkRow:
    """The link of a secret. Raises NotFound when it is unknown, revoked or too old."""
    link = PaymentLink.objects.filter(
        token_hash=hash_of(secret), state=PaymentLinkState.ACTIVE, expires_at__gt=at
    ).first()
    if link is None:
        raise unknown_link()
    return link_rows([link])[0]


def list_links(
    *,
    legal_entity_ids: Collection[int] | None = None,
    account_id: int | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[PaymentLinkRow]:
    """Links, the newest first."""
    links = PaymentLink.objects.order_by("-id")
    if legal_entity_ids is not None:
        links = links.filter(legal_entity_id__in=list(legal_entity_ids))
    if account_id is not None:
        links = links.filter(account_id=account_id)
    if before_id is not None:
        links = links.filter(pk__lt=before_id)
    return link_rows(list(links[: min(limit, PAGE_MAX + 1)]))


def add_link(*, act: Act, link: NewLink, expires_at: datetime) -> PaymentLinkRow:
    """Write a link."""
    row = _new(act, link, expires_at)
    row.save(force_insert=True)
    return link_rows([row])[0]


def add_links(*, act: Act, links: Sequence[NewLink], expires_at: datetime) -> None:
    """Write many links at once; one whose secret is known stays as it is."""
    rows = [_new(act, link, expires_at) for link in links]
    PaymentLink.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)


def _new(act: Act, link: NewLink, expires_at: datetime) -> PaymentLink:
    return PaymentLink(
        legal_entity_id=link.legal_entity_id,
        account_id=link.account_id,
        token_hash=link.token_hash,
        invoice_ids=list(link.invoice_ids),
        expires_at=expires_at,
        created_by=act.actor,
        created_at=act.at,
    )


def revoke_link(*, payment_link_id: int) -> PaymentLinkRow:
    """Close a link. Raises NotFound, IllegalTransition."""
    locked = lock_rows(PaymentLink, [payment_link_id])
    if not locked:
        raise unknown_link()
    [link] = locked
    link.state = PAYMENT_LINK.enter("revoke", link.state)
    link.save(update_fields=["state"])
    return link_rows([link])[0]


def note_opened(*, payment_link_id: int, at: datetime) -> None:
    """Somebody looked at the page."""
    PaymentLink.objects.filter(pk=payment_link_id).update(
        opened_at=Coalesce(F("opened_at"), at), open_count=F("open_count") + 1
    )


def note_begun(*, payment_link_id: int, reference: str) -> None:
    """A payment was begun on the page; the same one is noted once."""
    [link] = lock_rows(PaymentLink, [payment_link_id])
    if reference not in link.gateway_references:
        link.gateway_references = [*link.gateway_references, reference]
        link.save(update_fields=["gateway_references"])
