"""Finding accounts: by the beginnings of words, and by filters, page by page."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from billwright.accounts.models import BillingAccount, SearchWord
from billwright.accounts.rows import AccountHit, AccountPage
from billwright.accounts.states import AccountState, InvoiceDelivery

WORDS_MAX = 6
ROWS_ON_A_PAGE = 50
# People type telephone numbers in groups: 082 123 4567, +27 (82) 123-4567.
_TELEPHONE = re.compile(r"[+0][\d\s()\-]{4,}")


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What a list of accounts shows; everything given must hold."""

    text: str = ""
    legal_entity_id: int | None = None
    legal_entity_ids: frozenset[int] | None = None
    currency: str = ""
    state: AccountState | None = None
    delivery: InvoiceDelivery | None = None
    country: str = ""
    customer_id: int | None = None
    payment_method: str = ""
    account_ids: tuple[int, ...] | None = None


def search_accounts(text: str, *, legal_entity_ids: Collection[int] | None = None, limit: int = 20) -> list[AccountHit]:
    """Accounts whose number, names, references, mailbox or telephone begin with each of the words.

    An account of exactly that number or reference comes first. Empty text finds nothing. With `legal_entity_ids` those
    of these companies only.
    """
    if not _words(text):
        return []
    wanted = text.strip()
    companies = None if legal_entity_ids is None else frozenset(legal_entity_ids)
    theirs = _filtered(AccountFilter(legal_entity_ids=companies))
    exact = _hits(theirs.filter(number__iexact=wanted), limit=limit) or _hits(
        theirs.filter(reference=wanted), limit=limit
    )
    found = list_accounts(AccountFilter(text=text, legal_entity_ids=companies), limit=limit).rows
    ids = {hit.id for hit in exact}
    return [*exact, *(hit for hit in found if hit.id not in ids)][:limit]


def list_accounts(
    account_filter: AccountFilter, *, after_id: int | None = None, limit: int = ROWS_ON_A_PAGE
) -> AccountPage:
    """A page of accounts in the order of their making; pass `next_after` on to continue."""
    accounts = _filtered(account_filter)
    if after_id is not None:
        accounts = accounts.filter(id__gt=after_id)
    hits = _hits(accounts, limit=limit + 1)
    more = len(hits) > limit
    return AccountPage(rows=tuple(hits[:limit]), next_after=hits[limit - 1].id if more else None)


def account_ids_of(legal_entity_ids: Collection[int]) -> QuerySet[BillingAccount, int]:
    """The ids of the accounts of companies, as a question within another one: it is not asked by itself."""
    return BillingAccount.objects.filter(legal_entity_id__in=legal_entity_ids).values_list("pk", flat=True)


def account_ids_found(text: str, *, legal_entity_ids: Collection[int], limit: int) -> list[int]:
    """The ids of accounts of companies that a text finds, as `search_accounts` does.

    Those of exactly that number or reference; where there are none, those that the words find.
    """
    wanted = text.strip()
    theirs = BillingAccount.objects.filter(legal_entity_id__in=legal_entity_ids)
    exact = theirs.filter(Q(number__iexact=wanted) | Q(reference=wanted)).exclude(number="")
    ids = list(exact.order_by("id").values_list("id", flat=True)[:limit]) if wanted else []
    by_words = _filtered(AccountFilter(text=text, legal_entity_ids=frozenset(legal_entity_ids)))
    return ids or list(by_words.order_by("id").values_list("id", flat=True)[:limit])


def _words(text: str) -> list[str]:
    if _TELEPHONE.fullmatch(text.strip()):
        text = re.sub(r"[\s()\-]", "", text)
    # 082 123 4567 is kept as +27821234567 and as its last nine digits.
    return [re.sub(r"^0+(?=\d{5})", "", word) for word in text.lower().split()[:WORDS_MAX]]


def _filtered(wanted: AccountFilter) -> QuerySet[BillingAccount]:
    accounts = BillingAccount.objects.all()
    equal = {
        "legal_entity_id": wanted.legal_entity_id,
        "currency_id": wanted.currency or None,
        "state": wanted.state,
        "delivery": wanted.delivery,
        "customer__country": wanted.country or None,
        "customer_id": wanted.customer_id,
        "payment_method": wanted.payment_method or None,
    }
    accounts = accounts.filter(**{name: value for name, value in equal.items() if value is not None})
    if wanted.legal_entity_ids is not None:
        accounts = accounts.filter(legal_entity_id__in=wanted.legal_entity_ids)
    if wanted.account_ids is not None:
        accounts = accounts.filter(id__in=wanted.account_ids)
    for word in _words(wanted.text):
        accounts = accounts.filter(Exists(SearchWord.objects.filter(account_id=OuterRef("pk"), word__startswith=word)))
    return accounts


def _hits(accounts: QuerySet[BillingAccount], *, limit: int) -> list[AccountHit]:
    rows = accounts.select_related("customer").order_by("id")[:limit]
    return [
        AccountHit(
            id=account.pk,
            number=account.number,
            shown_name=account.name or account.customer.name,
            customer_id=account.customer_id,
            customer_name=account.customer.name,
            legal_entity_id=account.legal_entity_id,
            currency=account.currency_id,
            state=AccountState(account.state),
            reference=account.reference,
        )
        for account in rows
    ]
