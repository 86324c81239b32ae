"""Rules of plans and companies: renewals and their reminders, changes to a dearer or a cheaper plan."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from billwright.catalog import operations, queries
from billwright.catalog.operations import NewChangeRule, NewRenewalRule
from billwright.catalog.queries import ChangeRuleRow, RenewalRuleRow
from billwright.interfaces.api.doors import perform, require
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Reason, Text
from billwright.interfaces.api.wire import In, Out

router = Router()


class RenewalRuleToSet(Closed):
    """A rule of renewals, of a plan or of a company, from a day on."""

    rule: In[NewRenewalRule]
    reason: Reason = ""


class ChangeRuleToSet(Closed):
    """A rule of changes to another plan, of a plan or of a company, from a day on."""

    rule: In[NewChangeRule]
    reason: Reason = ""


def _plan_id(code: str) -> int | None:
    return queries.get_plan(code=code).id if code else None


@router.get("/renewal-rules", response={200: list[Out[RenewalRuleRow]], **PROBLEMS}, summary="Rules of renewals")
def list_renewal_rules(
    request: HttpRequest, plan: Text = "", legal_entity_id: Id | None = None
) -> list[RenewalRuleRow]:
    """Those of one plan or company, the newest first."""
    require(request, "account.view")
    return queries.list_renewal_rules(plan_id=_plan_id(plan), legal_entity_id=legal_entity_id)


@router.post("/renewal-rules", response={201: Out[RenewalRuleRow], **PROBLEMS}, summary="Set how renewals are invoiced")
def set_renewal_rule(request: HttpRequest, body: RenewalRuleToSet) -> Status[RenewalRuleRow]:
    return Status(201, perform(request, operations.set_renewal_rule, why=body.reason, rule=body.rule))


@router.get("/change-rules", response={200: list[Out[ChangeRuleRow]], **PROBLEMS}, summary="Rules of plan changes")
def list_change_rules(request: HttpRequest, plan: Text = "", legal_entity_id: Id | None = None) -> list[ChangeRuleRow]:
    """Those of one plan or company, the newest first."""
    require(request, "account.view")
    return queries.list_change_rules(plan_id=_plan_id(plan), legal_entity_id=legal_entity_id)


@router.post("/change-rules", response={201: Out[ChangeRuleRow], **PROBLEMS}, summary="Set when other plans hold")
def set_change_rule(request: HttpRequest, body: ChangeRuleToSet) -> Status[ChangeRuleRow]:
    return Status(201, perform(request, operations.set_change_rule, why=body.reason, rule=body.rule))
