"""Contracts, their wordings and clauses, the billing parameters that clauses set, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound
from billwright.subscriptions.models import Contract, ContractClause, ContractVersion, Subscription, SubscriptionItem
from billwright.subscriptions.states import ContractKind

# What a clause can set of an item, and of its subscription.
ITEM_PARAMETERS = ("price", "quantity")
TERM_PARAMETERS = frozenset({"notice_days", "term_months", "pause_percent"})
PARAMETERS = (*ITEM_PARAMETERS, *sorted(TERM_PARAMETERS))


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause of the present wording; `is_checked`: a parameter carries it, so that a machine can compare."""

    number: str
    text: str
    parameter: str
    value: str
    charge_code: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract with its present wording; those before it stay stored."""

    id: int
    account_id: int
    number: str
    title: str
    signed_on: date | None
    starts_on: date
    ends_before: date | None
    version_no: int
    valid_from: date
    file_id: int | None
    clauses: tuple[ClauseRow, ...]
    kind: str = ContractKind.CONTRACT


@dataclass(frozen=True, slots=True)
class ClauseFinding:
    """A clause that says otherwise than what is billed."""

    subscription_id: int
    subscription_number: str
    clause: str
    parameter: str
    says: Decimal
    holds: Decimal


def contract_row(contract_id: int, *, version_no: int | None = None) -> ContractRow:
    """One contract with its present wording, or the one that is asked for. Raises NotFound."""
    contract = Contract.objects.filter(id=contract_id).first()
    version = (
        _present(contract_id)
        if version_no is None
        else ContractVersion.objects.filter(contract_id=contract_id, version_no=version_no).first()
    )
    if contract is None or version is None:
        raise NotFound("contract.not_found", _("There is no such contract."), field="contract_id")
    return ContractRow(
        id=contract.pk,
        account_id=contract.account_id,
        number=contract.number,
        title=contract.title,
        signed_on=contract.signed_on,
        starts_on=contract.starts_on,
        ends_before=contract.ends_before,
        version_no=version.version_no,
        valid_from=version.valid_from,
        file_id=version.file_id,
        clauses=tuple(
            ClauseRow(
                clause.number, clause.text, clause.parameter, clause.value, clause.charge_code, bool(clause.parameter)
            )
            for clause in ContractClause.objects.filter(contract_version=version).order_by("id")
        ),
        kind=contract.kind,
    )


def list_contracts(account_id: int) -> list[ContractRow]:
    """The contracts of an account, the oldest first."""
    ids = Contract.objects.filter(account_id=account_id).order_by("id").values_list("id", flat=True)
    return [contract_row(contract_id) for contract_id in ids]


def _present(contract_id: int) -> ContractVersion | None:
    return ContractVersion.objects.filter(contract_id=contract_id).order_by("-version_no").first()


def bound_clauses(contract_id: int) -> dict[str, str]:
    """By charge code, the clause of the present wording that sets its price or quantity: contract, version, clause."""
    version = _present(contract_id)
    if version is None:
        return {}
    number = Contract.objects.values_list("number", flat=True).get(id=contract_id)
    clauses = ContractClause.objects.filter(contract_version=version, parameter__in=ITEM_PARAMETERS)
    # Of a charge with both, the clause of its price names it.
    return {
        clause.charge_code: f"{number} v{version.version_no} §{clause.number}"[:80]
        for clause in clauses.order_by("-parameter", "id")
    }


def bound_terms(contract_id: int) -> dict[str, Decimal]:
    """The terms of a subscription that the present wording sets."""
    clauses = ContractClause.objects.filter(contract_version=_present(contract_id), parameter__in=TERM_PARAMETERS)
    return {clause.parameter: Decimal(clause.value) for clause in clauses.order_by("id")}


def clause_findings(contract_id: int, *, on: date) -> list[ClauseFinding]:
    """Where subscriptions under a contract run otherwise on a day than a clause of its present wording says."""
    version = _present(contract_id)
    clauses = list(ContractClause.objects.filter(contract_version=version).exclude(parameter="").order_by("id"))
    found: list[ClauseFinding] = []
    for subscription in Subscription.objects.filter(contract_id=contract_id).order_by("id"):
        items = [
            item
            for item in SubscriptionItem.objects.filter(subscription=subscription, effective_from__lte=on)
            .select_related("plan_charge", "price")
            .order_by("id")
            if item.effective_to is None or item.effective_to > on
        ]
        for clause in clauses:
            says = Decimal(clause.value)
            found += [
                ClauseFinding(subscription.pk, subscription.number, clause.number, clause.parameter, says, holds)
                for holds in _holding(clause, subscription, items)
                if holds != says
            ]
    return found


def _holding(clause: ContractClause, subscription: Subscription, items: list[SubscriptionItem]) -> list[Decimal]:
    if clause.parameter in TERM_PARAMETERS:
        return [Decimal(getattr(subscription, clause.parameter))]
    own = [item for item in items if clause.charge_code in ("", item.plan_charge.code)]
    return [item.price.unit_price if clause.parameter == "price" else item.quantity for item in own]
