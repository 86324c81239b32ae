"""The closed lists of access: roles, states and outcomes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from billwright.kernel.states import Machine, verb

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

# Actors are opaque keys everywhere outside access; inside, a person is `user:<id>`.
USER_PREFIX = "user:"
SYSTEM_PREFIX = "system:"

# Whom commands act as when nobody else is named with --as.
OPERATOR_ACTOR = "user:0"


class Role(StrEnum):
    """One role a job title, shipped with the product."""

    SERVICE_DESK_AGENT = "SERVICE_DESK_AGENT"  # answers customers and sees their whole case
    COLLECTOR = "COLLECTOR"  # chases what is overdue
    CASH_APPLIER = "CASH_APPLIER"  # books receipts and allocates them
    BILLING_SPECIALIST = "BILLING_SPECIALIST"  # keeps subscriptions, runs billing, corrects bills
    DISPUTE_APPROVER = "DISPUTE_APPROVER"  # decides on contested amounts and credits
    TEAM_LEAD = "TEAM_LEAD"  # leads agents and collectors and approves within limits
    FINANCE_MANAGER = "FINANCE_MANAGER"  # owns the books: closes periods, approves runs and write-offs
    AUDITOR = "AUDITOR"  # reads everything, changes nothing
    SALES_READ_ONLY = "SALES_READ_ONLY"  # reads accounts and what they owe, without bank or tax details
    ADMINISTRATOR = "ADMINISTRATOR"  # keeps users, roles and set-up; moves no money


ROLE_LABELS: dict[Role, StrOrPromise] = {
    Role.SERVICE_DESK_AGENT: _("Service desk agent"),
    Role.COLLECTOR: _("Collector"),
    Role.CASH_APPLIER: _("Cash applier"),
    Role.BILLING_SPECIALIST: _("Billing specialist"),
    Role.DISPUTE_APPROVER: _("Dispute approver"),
    Role.TEAM_LEAD: _("Team lead"),
    Role.FINANCE_MANAGER: _("Finance manager"),
    Role.AUDITOR: _("Auditor"),
    Role.SALES_READ_ONLY: _("Sales (read only)"),
    Role.ADMINISTRATOR: _("Administrator"),
}


class UserKind(StrEnum):
    """Who stands behind a user."""

    PERSON = "PERSON"  # logs in with a password
    BUILT_IN = "BUILT_IN"  # acts for commands and never logs in


class UserState(StrEnum):
    """Whether a user may act at all."""

    ACTIVE = "ACTIVE"  # may log in and act
    DEACTIVATED = "DEACTIVATED"  # has left or is barred; kept because the audit trail names them


USER = Machine(
    "user",
    {
        "deactivate": verb(UserState.ACTIVE, to=UserState.DEACTIVATED),
        "reactivate": verb(UserState.DEACTIVATED, to=UserState.ACTIVE),
    },
)


class ApprovalState(StrEnum):
    """Where a request for approval stands."""

    PENDING = "PENDING"  # waits for a person with authority
    APPROVED = "APPROVED"  # agreed to; being carried out, or could not be (see its failure)
    EXECUTED = "EXECUTED"  # agreed to and carried out
    REFUSED = "REFUSED"  # a person with authority said no
    EXPIRED = "EXPIRED"  # nobody decided in time
    WITHDRAWN = "WITHDRAWN"  # the requester took it back


APPROVAL = Machine(
    "approval",
    {
        "approve": verb(ApprovalState.PENDING, to=ApprovalState.APPROVED),
        "execute": verb(ApprovalState.APPROVED, to=ApprovalState.EXECUTED),
        "refuse": verb(ApprovalState.PENDING, to=ApprovalState.REFUSED),
        # What was agreed to but could not be carried out must be able to end as well.
        "expire": verb(ApprovalState.PENDING, ApprovalState.APPROVED, to=ApprovalState.EXPIRED),
        "withdraw": verb(ApprovalState.PENDING, ApprovalState.APPROVED, to=ApprovalState.WITHDRAWN),
    },
)


class LoginOutcome(StrEnum):
    """How an attempt to log in ended."""

    SUCCEEDED = "SUCCEEDED"  # let in
    WRONG_PASSWORD = "WRONG_PASSWORD"  # noqa: S105 - also an unknown name or a deactivated user
    WRONG_CODE = "WRONG_CODE"  # the password was right, the second factor was not
    LOCKED = "LOCKED"  # refused before the password was looked at
