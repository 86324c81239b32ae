"""Contracts as signed: their wordings, their clauses, and the subscriptions that run by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import Q
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.periods import add_months
from billwright.subscriptions.models import Contract, ContractClause, ContractVersion, SubscriptionItem
from billwright.subscriptions.operations.recording import locked, subject_of
from billwright.subscriptions.queries.clauses import (
    PARAMETERS,
    TERM_PARAMETERS,
    ContractRow,
    bound_clauses,
    bound_terms,
    contract_row,
)
from billwright.subscriptions.states import ContractKind


@dataclass(frozen=True, slots=True)
class NewClause:
    """A clause by its number and text; `parameter` names what it sets (empty: nothing that a machine checks)."""

    number: str
    text: str
    parameter: str = ""
    value: str = ""
    charge_code: str = ""


@verb("contract.record", subject=lambda _arguments, answer: f"contract:{answer.id}")
def record_contract(
    *,
    act: Act,
    account_id: int,
    number: str,
    title: str,
    starts_on: date,
    clauses: tuple[NewClause, ...] = (),
    signed_on: date | None = None,
    ends_before: date | None = None,
    file_id: int | None = None,
    kind: ContractKind = ContractKind.CONTRACT,
) -> ContractRow:
    """Store a contract with its first wording. `file_id` is the stored document that carries it.

    Raises Conflict `contract.exists`, Refusal `contract.unnamed`, `contract.ends_before_start`, `clause.repeated`,
    `clause.parameter`, `clause.value` with the clause counted from 1.
    """
    if not number.strip() or not title.strip():
        raise Refusal("contract.unnamed", _("A contract has a number and a title."), field="number")
    if ends_before is not None and ends_before <= starts_on:
        raise Refusal("contract.ends_before_start", _("It would end before it starts."), field="ends_before")
    if Contract.objects.filter(number=number).exists():
        raise Conflict(
            "contract.exists", _("A contract %(number)s is already there.") % {"number": number}, field="number"
        )
    contract = Contract.objects.create(
        account_id=account_id,
        number=number,
        kind=kind,
        title=title,
        signed_on=signed_on,
        starts_on=starts_on,
        ends_before=ends_before,
        created_at=act.at,
    )
    _add_version(contract, clauses, act=act, valid_from=starts_on, file_id=file_id)
    note_change(after={"number": number, "clauses": len(clauses)}, effective_on=starts_on)
    return contract_row(contract.pk)


@verb("contract.amend", subject=lambda arguments, _answer: f"contract:{arguments['contract_id']}")
def amend_contract(
    *,
    act: Act,
    contract_id: int,
    valid_from: date,
    clauses: tuple[NewClause, ...],
    file_id: int | None = None,
) -> ContractRow:
    """Add a wording that holds from a day on; earlier ones stay as they were signed.

    Raises NotFound `contract.not_found`, Refusal `contract.not_later` and those of clauses.
    """
    locked_rows = lock_rows(Contract, [contract_id])
    if not locked_rows:
        raise NotFound("contract.not_found", _("There is no such contract."), field="contract_id")
    (contract,) = locked_rows
    last = ContractVersion.objects.filter(contract=contract).order_by("-version_no").first()
    if last is not None and valid_from <= last.valid_from:
        raise Refusal(
            "contract.not_later",
            _("The present wording holds from %(day)s.") % {"day": last.valid_from},
            field="valid_from",
            cure=_("Choose a later day."),
        )
    _add_version(contract, clauses, act=act, valid_from=valid_from, file_id=file_id)
    note_change(after={"clauses": len(clauses)}, effective_on=valid_from)
    return contract_row(contract_id)


def _add_version(
    contract: Contract, clauses: Sequence[NewClause], *, act: Act, valid_from: date, file_id: int | None
) -> None:
    _require_sound(clauses)
    version = ContractVersion.objects.create(
        contract=contract,
        version_no=ContractVersion.objects.filter(contract=contract).count() + 1,
        valid_from=valid_from,
        file_id=file_id,
        reason=act.reason[:200],
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    ContractClause.objects.bulk_create(
        ContractClause(
            contract_version=version,
            number=clause.number,
            text=clause.text,
            parameter=clause.parameter,
            value=clause.value,
            charge_code=clause.charge_code,
        )
        for clause in clauses
    )


def _require_sound(clauses: Sequence[NewClause]) -> None:
    seen: set[str] = set()
    for row, clause in enumerate(clauses, start=1):
        if clause.number in seen:
            raise Refusal(
                "clause.repeated", _("Clause %(number)s is there twice.") % {"number": clause.number},
                field="number", row=row,
            )  # fmt: skip
        seen.add(clause.number)
        if clause.parameter and clause.parameter not in PARAMETERS:
            raise Refusal(
                "clause.parameter",
                _("No parameter is named %(name)s.") % {"name": clause.parameter},
                field="parameter",
                row=row,
                cure=_("Known are %(names)s; leave it empty for a clause that no machine checks.")
                % {"names": ", ".join(PARAMETERS)},
            )
        if clause.parameter and not _is_number(clause.value):
            raise Refusal(
                "clause.value", _("A clause that sets a parameter gives its number."), field="value", row=row,
                cure=_("Write it as a decimal, such as 30 or 99.50."),
            )  # fmt: skip


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


@verb("contract.bind", subject=subject_of)
def bind_contract(*, act: Act, subscription_id: int, contract_id: int, as_of: date) -> ContractRow:
    """Let a subscription run by a contract: its terms follow the clauses that set them, its items name their clause.

    Prices and quantities stay: where they contradict a clause, that is listed. Raises NotFound, Refusal
    `contract.other_account`.
    """
    subscription = locked(subscription_id, None)
    contract = Contract.objects.filter(id=contract_id).first()
    if contract is None:
        raise NotFound("contract.not_found", _("There is no such contract."), field="contract_id")
    if contract.account_id != subscription.account_id:
        raise Refusal(
            "contract.other_account", _("The contract is another account's."), field="contract_id",
            cure=_("Record the contract for this account."),
        )  # fmt: skip
    terms = bound_terms(contract_id)
    for name in TERM_PARAMETERS & terms.keys():
        setattr(subscription, name, terms[name] if name == "pause_percent" else int(terms[name]))
    if "term_months" in terms and subscription.starts_on is not None and subscription.term_ends is None:
        subscription.term_ends = add_months(subscription.starts_on, int(terms["term_months"]))
    subscription.contract = contract
    subscription.save(update_fields=["contract", "version", "term_ends", *TERM_PARAMETERS])
    running = SubscriptionItem.objects.filter(
        Q(effective_to=None) | Q(effective_to__gt=as_of), subscription=subscription
    )
    for charge_code, clause in bound_clauses(contract_id).items():
        running.filter(plan_charge__code=charge_code).update(clause=clause)
    note_change(after={"contract": contract.number}, effective_on=as_of)
    return contract_row(contract_id)
