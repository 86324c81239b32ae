"""Contracts, their wordings and clauses, and the billing parameters that clauses set."""

from __future__ import annotations

from billwright.subscriptions.models import ContractClause, ContractVersion

# The parameters of an item that a clause can set.
ITEM_PARAMETERS = ("price", "quantity")


def bound_clauses(contract_id: int) -> dict[str, str]:
    """By charge code, the clause of the present wording that sets its price or quantity: contract, version, clause."""
    version = ContractVersion.objects.filter(contract_id=contract_id).order_by("-version_no").first()
    if version is None:
        return {}
    found: dict[str, str] = {}
    clauses = ContractClause.objects.filter(contract_version=version, parameter__in=ITEM_PARAMETERS)
    for clause in clauses.select_related("contract_version__contract").order_by("-parameter", "id"):
        name = f"{clause.contract_version.contract.number} v{version.version_no} §{clause.number}"
        found[clause.charge_code] = name[:80]
    return found
