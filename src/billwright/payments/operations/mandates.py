"""Verbs of mandates and of what was agreed with banks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_names, lock_rows
from billwright.kernel.money import Money
from billwright.org.queries import list_bank_accounts
from billwright.payments.card_numbers import refuse_card_numbers
from billwright.payments.collecting_rows import AgreementRow, BankDetails, MandateRow, StoredMethodRow
from billwright.payments.models import CollectionAgreement, Mandate
from billwright.payments.operations.methods import keep_bank_account
from billwright.payments.queries.mandates import agreement_on, agreement_row, get_mandate, get_method
from billwright.payments.scheme_days import mandate_answer, needs_authentication, scheme_name, submission_rule
from billwright.payments.states import MANDATE, MandateFrequency, MandateState, StoredMethodState

# What every bank of SEPA takes in a mandate reference; the other schemes take less and are checked by their files.
_REFERENCE: Final = re.compile(r"[A-Za-z0-9+?/\-:().,' ]{1,35}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateIn:
    """A mandate as it was signed: on a stored method, or with the bank account and its holder."""

    account_id: int
    scheme: str
    reference: str
    signed_on: date
    stored_method_id: int | None = None
    holder: str = ""
    details: BankDetails | None = None
    pay_day: int | None = None
    limit: Money | None = None
    category: str = ""
    frequency: MandateFrequency = MandateFrequency.AS_NEEDED
    collection_day: int | None = None
    first_on: date | None = None
    ends_on: date | None = None


@verb("mandate.add", subject=lambda _, row: f"mandate:{row.id}", amount=lambda arguments: arguments["mandate"].limit)
def add_mandate(*, act: Act, mandate: MandateIn) -> MandateRow:
    """Record a signed mandate. It is active at once, or waits where the customer confirms it with his bank first.

    Raises Refusal naming the field, Conflict `mandate.reference_used` for a reference that was ever used before.
    """
    account = get_account(mandate.account_id)
    scheme = scheme_name(mandate.scheme)
    _refuse_unfit(mandate, account.currency, scheme)
    lock_names(f"mandates:{account.legal_entity_id}:{scheme}")
    _refuse_used(account.legal_entity_id, scheme, mandate.reference)
    method = _method_of(act, mandate)
    waits = needs_authentication(scheme, on=mandate.signed_on)
    row = Mandate.objects.create(
        legal_entity_id=account.legal_entity_id,
        account_id=account.id,
        stored_method_id=method.id,
        scheme=scheme,
        reference=mandate.reference.strip(),
        signed_on=mandate.signed_on,
        currency=account.currency,
        limit_minor=mandate.limit.amount_minor if mandate.limit else None,
        category=mandate.category,
        frequency=mandate.frequency,
        collection_day=mandate.collection_day,
        first_on=mandate.first_on,
        ends_on=mandate.ends_on,
        state=MandateState.CREATED if waits else MANDATE.enter("activate", MandateState.CREATED),
        changed_at=act.at,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    note_change(after={"scheme": scheme, "reference": row.reference, "state": row.state}, effective_on=row.signed_on)
    return get_mandate(row.pk)


def _refuse_unfit(mandate: MandateIn, currency: str, scheme: str) -> None:
    if not _REFERENCE.fullmatch(mandate.reference.strip()):
        raise Refusal(
            "mandate.reference",
            _("A mandate reference has 1 to 35 letters, digits and + ? / - : ( ) . , '"),
            field="reference",
        )
    refuse_card_numbers({"reference": mandate.reference})
    if mandate.limit is not None and (mandate.limit.currency != currency or mandate.limit.amount_minor <= 0):
        raise Refusal(
            "mandate.limit",
            _("The limit is an amount above zero in %(currency)s.") % {"currency": currency},
            field="limit",
        )
    if mandate.collection_day is not None and not 1 <= mandate.collection_day <= 31:
        raise Refusal("mandate.collection_day", _("It is a day of the month, 1 to 31."), field="collection_day")
    if mandate.ends_on is not None and mandate.ends_on < (mandate.first_on or mandate.signed_on):
        raise Refusal("mandate.period", _("A mandate ends after it begins."), field="ends_on")
    answer = mandate_answer(scheme, on=mandate.signed_on, last=None)
    if answer is not None and answer.answer is False:
        raise Refusal("mandate.scheme_ended", answer.says, field="scheme", cure=_("Choose a scheme in force."))


def _refuse_used(legal_entity_id: int, scheme: str, reference: str) -> None:
    known = Mandate.objects.filter(legal_entity_id=legal_entity_id, scheme=scheme, reference=reference.strip()).first()
    if known is not None:
        raise Conflict(
            "mandate.reference_used",
            _("The reference %(reference)s was used before, by a mandate that is %(state)s.")
            % {"reference": reference, "state": known.state},
            field="reference",
            cure=_("Take a new one: banks know the old one as another mandate."),
        )


def _method_of(act: Act, mandate: MandateIn) -> StoredMethodRow:
    if mandate.stored_method_id is None:
        if mandate.details is None:
            raise Refusal(
                "mandate.without_account",
                _("From which bank account?"),
                field="details",
                cure=_("Choose a stored bank account, or give one."),
            )
        return keep_bank_account(
            act=act,
            account=get_account(mandate.account_id),
            holder=mandate.holder,
            details=mandate.details,
            valid_from=mandate.signed_on,
            pay_day=mandate.pay_day,
        )
    method = get_method(mandate.stored_method_id)
    fits = method.account_id == mandate.account_id and not method.provider
    if not fits or method.state not in (StoredMethodState.ACTIVE, StoredMethodState.SUSPENDED):
        raise Refusal(
            "mandate.other_method",
            _("The stored method is no bank account in use of this account."),
            field="stored_method_id",
            cure=_("Choose one that is in use, or give the bank account itself."),
        )
    return method


def _subject(arguments: Arguments, _row: object) -> str:
    return f"mandate:{arguments['mandate_id']}"


@verb("mandate.authenticate", subject=_subject)
def authenticate_mandate(*, act: Act, mandate_id: int, on: date, how: str, bank_reference: str = "") -> MandateRow:
    """Record that the customer confirmed a mandate with his bank: when, how, and the bank's own reference (UMRN).

    It is active from then on. Raises IllegalTransition.
    """
    row = _locked(mandate_id)
    if not how.strip():
        raise Refusal(
            "mandate.how",
            _("How did the customer confirm it?"),
            field="how",
            cure=_("Such as: in the bank's own app, or on paper."),
        )
    note_change(before={"state": row.state})
    row.state = MANDATE.enter("authenticate", row.state)
    row.authenticated_on, row.authenticated_how = on, how.strip()[:60]
    row.bank_reference, row.changed_at = bank_reference.strip()[:40], act.at
    row.save(update_fields=["state", "authenticated_on", "authenticated_how", "bank_reference", "changed_at"])
    row.state = MANDATE.enter("activate", row.state)
    row.save(update_fields=["state"])
    note_change(after={"state": row.state, "how": row.authenticated_how}, effective_on=on)
    return get_mandate(row.pk)


@verb("mandate.suspend", subject=_subject)
def suspend_mandate(*, act: Act, mandate_id: int) -> MandateRow:
    """Put a mandate aside: nothing is collected on it until it is resumed."""
    return _move(act, _locked(mandate_id), "suspend")


@verb("mandate.resume", subject=_subject)
def resume_mandate(*, act: Act, mandate_id: int) -> MandateRow:
    """Take a suspended mandate into use again."""
    return _move(act, _locked(mandate_id), "resume")


@verb("mandate.revoke", subject=_subject)
def revoke_mandate(*, act: Act, mandate_id: int) -> MandateRow:
    """End a mandate for good; its reference is never used again. The act's reason is kept."""
    act.require_reason("mandate.without_reason", _("Revoking a mandate needs a reason."))
    return _move(act, _locked(mandate_id), "revoke")


def _move(act: Act, row: Mandate, name: str) -> MandateRow:
    note_change(before={"state": row.state})
    row.state = MANDATE.enter(name, row.state)
    row.state_reason, row.changed_at = act.reason[:200], act.at
    row.save(update_fields=["state", "state_reason", "changed_at"])
    note_change(after={"state": row.state})
    return get_mandate(row.pk)


def _locked(mandate_id: int) -> Mandate:
    rows = lock_rows(Mandate, [mandate_id])
    if not rows:
        raise NotFound("mandate.not_found", _("There is no such mandate."), field="mandate_id")
    return rows[0]


def end_mandates(*, act: Act, ends: Mapping[int, str]) -> int:
    """Revoke mandates that a bank's answer has ended, by id with the reason; part of another act. Returns how many."""
    ended = [row for row in lock_rows(Mandate, list(ends)) if MANDATE.allows("revoke", row.state)]
    for row in ended:
        row.state = MANDATE.enter("revoke", row.state)
        row.state_reason, row.changed_at = ends[row.pk][:200], act.at
    Mandate.objects.bulk_update(ended, ["state", "state_reason", "changed_at"])
    return len(ended)


def note_collected(*, collected: Mapping[int, date]) -> None:
    """Remember the day of the last debit on each mandate; part of another act. A mandate for one debit has done."""
    rows = lock_rows(Mandate, list(collected))
    for row in rows:
        day = collected[row.pk]
        row.last_collected_on = max(day, row.last_collected_on or day)
    Mandate.objects.bulk_update(rows, ["last_collected_on"])


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementIn:
    """What a company agreed with its bank about a scheme. `terms` by the names of the scheme's connector.

    `lead_days` among the terms: how many business days before the action day the bank wants the file.
    """

    legal_entity_id: int
    scheme: str
    bank_account_id: int
    creditor_id: str
    creditor_name: str
    valid_from: date
    terms: dict[str, str] = field(default_factory=dict)
    notice_days: int | None = None
    fee_minor: int | None = None


@verb("collection_agreement.end", subject=lambda _, row: f"collection_agreement:{row.id}")
def end_agreement(*, act: Act, legal_entity_id: int, scheme: str, on: date) -> AgreementRow:
    """Say that from a day on nothing is agreed about a scheme any more; a later agreement may begin it again.

    Runs that are with the bank go on. Raises NotFound `collection_agreement.not_found`, Refusal without a reason.
    """
    act.require_reason("collection_agreement.without_reason", _("Say why it ends."))
    present = agreement_on(legal_entity_id=legal_entity_id, scheme=scheme_name(scheme), on=on)
    row = CollectionAgreement.objects.get(pk=present.id)
    row.pk, row.valid_from, row.is_ended = None, on, True
    row.recorded_by, row.recorded_at = act.actor, act.at
    row.save(force_insert=True)
    note_change(before={"agreement": present.id}, after={"scheme": row.scheme, "ends": str(on)}, effective_on=on)
    return agreement_row(row)


@verb("collection_agreement.set", subject=lambda _, row: f"collection_agreement:{row.id}")
def set_agreement(*, act: Act, agreement: AgreementIn) -> AgreementRow:
    """Enter what was agreed with a bank, from a day on. Raises Refusal naming the field."""
    scheme = scheme_name(agreement.scheme)
    own = {account.id for account in list_bank_accounts(agreement.legal_entity_id)}
    if agreement.bank_account_id not in own:
        raise Refusal(
            "collection_agreement.bank_account",
            _("The bank account is none of this company's."),
            field="bank_account_id",
            cure=_("Add it in the set-up first."),
        )
    if not agreement.creditor_id.strip() or not agreement.creditor_name.strip():
        raise Refusal("collection_agreement.creditor", _("Number and name are needed."), field="creditor_id")
    _refuse_lead(agreement, scheme)
    row = CollectionAgreement.objects.create(
        legal_entity_id=agreement.legal_entity_id,
        scheme=scheme,
        bank_account_id=agreement.bank_account_id,
        creditor_id=agreement.creditor_id.strip(),
        creditor_name=agreement.creditor_name.strip()[:70],
        terms=agreement.terms,
        notice_days=agreement.notice_days,
        fee_minor=agreement.fee_minor,
        valid_from=agreement.valid_from,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    note_change(after={"scheme": scheme, "creditor_id": row.creditor_id}, effective_on=row.valid_from)
    return agreement_row(row)


def _refuse_lead(agreement: AgreementIn, scheme: str) -> None:
    """Raise Refusal unless the agreement or the rules of the scheme say when the bank wants the file."""
    lead = agreement.terms.get("lead_days")
    if lead is not None and not (lead.isascii() and lead.isdigit() and int(lead) <= 30):
        raise Refusal(
            "collection_agreement.lead_days",
            _("It is a count of business days."),
            field="terms",
            cure=_("Write it as lead_days=2, or leave it out."),
        )
    if lead is None and submission_rule(scheme, on=agreement.valid_from) is None:
        raise Refusal(
            "collection_agreement.lead_days",
            _("The rules of the scheme do not say when the bank wants the file."),
            field="terms",
            cure=_("Give lead_days: how many business days before the action day."),
        )
