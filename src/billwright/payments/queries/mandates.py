"""Reads of stored methods, mandates and what was agreed with banks."""

from __future__ import annotations

from collections.abc import Collection as Many
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.payments.bank_details import open_details, open_many_details
from billwright.payments.collecting_rows import AgreementRow, BankDetails, MandateRow, StoredMethodRow
from billwright.payments.models import CollectionAgreement, Mandate, StoredMethod
from billwright.payments.states import ALIVE, STANDING, MandateState, PaymentMethod, StoredMethodState

CARDS_AND_WALLETS = (PaymentMethod.CARD, PaymentMethod.WALLET)


def method_row(row: StoredMethod) -> StoredMethodRow:
    return StoredMethodRow(
        id=row.pk,
        legal_entity_id=row.legal_entity_id,
        account_id=row.account_id,
        kind=row.kind,
        provider=row.provider,
        details_kind=row.details_kind,
        label=row.label,
        holder=row.holder,
        currency=row.currency,
        rank=row.rank,
        pay_day=row.pay_day,
        valid_from=row.valid_from,
        expires_on=row.expires_on,
        warned_at=row.warned_at,
        bank_change=row.bank_change,
        state=row.state,
        state_reason=row.state_reason,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def mandate_row(row: Mandate) -> MandateRow:
    """The frozen row; needs `stored_method` selected."""
    return MandateRow(
        id=row.pk,
        legal_entity_id=row.legal_entity_id,
        account_id=row.account_id,
        stored_method_id=row.stored_method_id,
        method_label=row.stored_method.label,
        holder=row.stored_method.holder,
        scheme=row.scheme,
        reference=row.reference,
        bank_reference=row.bank_reference,
        signed_on=row.signed_on,
        authenticated_on=row.authenticated_on,
        authenticated_how=row.authenticated_how,
        limit=Money(row.limit_minor, row.currency) if row.limit_minor is not None else None,
        category=row.category,
        currency=row.currency,
        frequency=row.frequency,
        collection_day=row.collection_day,
        first_on=row.first_on,
        ends_on=row.ends_on,
        last_collected_on=row.last_collected_on,
        state=row.state,
        state_reason=row.state_reason,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def list_methods(account_id: int) -> list[StoredMethodRow]:
    """Stored methods of an account in the order in which they are tried, those in use no more as well."""
    found = StoredMethod.objects.filter(account_id=account_id)
    return [method_row(row) for row in found.order_by("rank", "id")]


def get_method(method_id: int) -> StoredMethodRow:
    """Raises NotFound `stored_method.not_found`."""
    return method_row(_method(method_id))


def _method(method_id: int) -> StoredMethod:
    row = StoredMethod.objects.filter(pk=method_id).first()
    if row is None:
        raise NotFound("stored_method.not_found", _("There is no such stored method."), field="stored_method_id")
    return row


def methods_by_id(method_ids: Many[int]) -> dict[int, StoredMethodRow]:
    """Methods by id; those that do not exist are left out."""
    return {row.pk: method_row(row) for row in StoredMethod.objects.filter(pk__in=method_ids)}


def usable_methods(account_ids: Many[int] | QuerySet[Any], *, on: date) -> dict[int, list[StoredMethodRow]]:
    """The methods of each account that may be charged on a day, in the order in which they are tried.

    A bank account counts only with an active mandate; a gateway's token needs none.
    """
    found = (
        StoredMethod.objects.filter(
            Q(expires_on=None) | Q(expires_on__gte=on),
            ~Q(provider="") | Q(mandates__state=MandateState.ACTIVE),
            account_id__in=account_ids,
            state=StoredMethodState.ACTIVE,
            valid_from__lte=on,
        )
        .distinct()
        .order_by("account_id", "rank", "id")
    )
    methods: dict[int, list[StoredMethodRow]] = {}
    for row in found:
        methods.setdefault(row.account_id, []).append(method_row(row))
    return methods


def cards_first(*, legal_entity_id: int, currency: str, on: date) -> list[StoredMethodRow]:
    """The cards and wallets of a company by which accounts pay before any other of their methods, one an account.

    That is their agreed way to pay: a bank account counts before it only with an active mandate.
    """
    kept = StoredMethod.objects.filter(
        legal_entity_id=legal_entity_id, currency=currency, kind__in=CARDS_AND_WALLETS, state=StoredMethodState.ACTIVE
    ).exclude(provider="")
    first = (methods[0] for methods in usable_methods(kept.values("account_id"), on=on).values())
    return [method for method in first if method.provider and method.kind in CARDS_AND_WALLETS]


def count_changed() -> int:
    """How many bank accounts were corrected by a bank and wait for somebody to look."""
    return StoredMethod.objects.exclude(bank_change="").count()


def details_of(method_ids: Many[int]) -> dict[int, BankDetails]:
    """The bank accounts themselves, opened: for files to banks alone. Raises Refusal `vault.erased`."""
    found = StoredMethod.objects.filter(pk__in=method_ids, provider="")
    rows = list(found.values_list("pk", "sealed", "account__customer_id"))
    opened = open_many_details([(bytes(sealed), customer_id) for _id, sealed, customer_id in rows])
    return {id_: details for (id_, *_), details in zip(rows, opened, strict=True)}


def details_of_method(method_id: int) -> BankDetails:
    """One bank account, opened: for refunds to it. Raises NotFound, Refusal `stored_method.no_bank_account`."""
    row = _method(method_id)
    if row.provider:
        raise Refusal("stored_method.no_bank_account", _("This is no bank account."), field="stored_method_id")
    return open_details(bytes(row.sealed), customer_id=get_account(row.account_id).customer_id)


def _mandates() -> QuerySet[Mandate]:
    return Mandate.objects.select_related("stored_method")


def get_mandate(mandate_id: int) -> MandateRow:
    """Raises NotFound `mandate.not_found`."""
    row = _mandates().filter(pk=mandate_id).first()
    if row is None:
        raise NotFound("mandate.not_found", _("There is no such mandate."), field="mandate_id")
    return mandate_row(row)


def mandates_of(mandate_ids: Many[int]) -> dict[int, MandateRow]:
    """Mandates by id; those that do not exist are left out."""
    return {row.pk: mandate_row(row) for row in _mandates().filter(pk__in=mandate_ids)}


def list_account_mandates(account_id: int) -> list[MandateRow]:
    """The mandates of an account, the newest first."""
    return [mandate_row(row) for row in _mandates().filter(account_id=account_id).order_by("-id")]


def list_mandates(
    *,
    legal_entity_ids: Many[int] | None = None,
    scheme: str = "",
    state: str = "",
    text: str = "",
    expiring_by: date | None = None,
    changed_only: bool = False,
    before_id: int | None = None,
    limit: int = 50,
) -> list[MandateRow]:
    """Mandates by every filter given, the newest first. `text` is looked for in references and holders.

    `expiring_by`: standing mandates whose own end, or whose account's, lies on or before a day. `changed_only`: those
    whose bank account was corrected by a bank and that nobody has looked at since.
    """
    found = _mandates()
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=legal_entity_ids)
    if scheme:
        found = found.filter(scheme=scheme)
    if state:
        found = found.filter(state=state)
    if text:
        found = found.filter(Q(reference__icontains=text) | Q(stored_method__holder__icontains=text))
    if expiring_by is not None:
        ending = Q(ends_on__lte=expiring_by) | Q(stored_method__expires_on__lte=expiring_by)
        found = found.filter(ending, state__in=STANDING)
    if changed_only:
        found = found.exclude(stored_method__bank_change="")
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return [mandate_row(row) for row in found.order_by("-id")[:limit]]


def active_mandates(*, legal_entity_id: int, scheme: str, currency: str, on: date) -> list[MandateRow]:
    """Mandates of a scheme that may be collected on a day as far as their states say, those tried first first."""
    found = _mandates().filter(
        Q(stored_method__expires_on=None) | Q(stored_method__expires_on__gte=on),
        legal_entity_id=legal_entity_id,
        scheme=scheme,
        currency=currency,
        state=MandateState.ACTIVE,
        stored_method__state=StoredMethodState.ACTIVE,
        stored_method__valid_from__lte=on,
    )
    return [mandate_row(row) for row in found.order_by("account_id", "stored_method__rank", "stored_method_id", "id")]


def agreement_row(row: CollectionAgreement) -> AgreementRow:
    return AgreementRow(
        id=row.pk,
        legal_entity_id=row.legal_entity_id,
        scheme=row.scheme,
        bank_account_id=row.bank_account_id,
        creditor_id=row.creditor_id,
        creditor_name=row.creditor_name,
        terms=row.terms,
        notice_days=row.notice_days,
        fee_minor=row.fee_minor,
        valid_from=row.valid_from,
        is_ended=row.is_ended,
    )


def find_agreement(*, legal_entity_id: int, scheme: str, on: date) -> AgreementRow | None:
    """What was agreed with the bank and is in force on a day, if anything was."""
    row = (
        CollectionAgreement.objects.filter(legal_entity_id=legal_entity_id, scheme=scheme, valid_from__lte=on)
        .order_by("-valid_from", "-id")
        .first()
    )
    return agreement_row(row) if row is not None and not row.is_ended else None


def agreement_on(*, legal_entity_id: int, scheme: str, on: date) -> AgreementRow:
    """What was agreed with the bank and is in force on a day. Raises NotFound `collection_agreement.not_found`."""
    found = find_agreement(legal_entity_id=legal_entity_id, scheme=scheme, on=on)
    if found is None:
        raise NotFound(
            "collection_agreement.not_found",
            _("For %(scheme)s nothing was agreed with a bank.") % {"scheme": scheme},
            field="scheme",
            cure=_("Enter the bank account and the number under which the company collects."),
        )
    return found


def get_agreement(agreement_id: int) -> AgreementRow:
    """One agreement by id."""
    agreement = CollectionAgreement.objects.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound(
            "collection_agreement.not_found", _("There is no such agreement with a bank."), field="agreement_id"
        )
    return agreement_row(agreement)


def list_agreements(*, legal_entity_ids: Many[int] | None = None) -> list[AgreementRow]:
    """All agreements, the newest first."""
    found = CollectionAgreement.objects.order_by("legal_entity_id", "scheme", "-valid_from", "-id")
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=legal_entity_ids)
    return [agreement_row(row) for row in found]


def unwarned(*, legal_entity_id: int, on: date, days: int) -> tuple[list[StoredMethodRow], list[MandateRow]]:
    """Methods and mandates of a company in use that end within so many days and of which nobody was warned."""
    last = on + timedelta(days=days)
    of_company = Q(legal_entity_id=legal_entity_id, warned_at=None)
    methods = StoredMethod.objects.filter(of_company, state__in=ALIVE, expires_on__lte=last).order_by("id")
    mandates = _mandates().filter(of_company, state__in=STANDING, ends_on__lte=last).order_by("id")
    return [method_row(row) for row in methods], [mandate_row(row) for row in mandates]


def mark_warned(*, method_ids: Many[int], mandate_ids: Many[int], at: datetime) -> None:
    """Remember that a warning went out: each is warned of once."""
    StoredMethod.objects.filter(pk__in=method_ids, warned_at=None).update(warned_at=at)
    Mandate.objects.filter(pk__in=mandate_ids, warned_at=None).update(warned_at=at)
