"""How states of requests and of users are called and coloured."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.access.states import ApprovalState, UserState
from billwright.interfaces.web.tags import Words

APPROVAL_STATES: Final[Words] = {
    ApprovalState.PENDING: (_("Waiting"), "warn", "hourglass"),
    ApprovalState.APPROVED: (_("Agreed, not carried out"), "bad", "circle-alert"),
    ApprovalState.EXECUTED: (_("Carried out"), "good", "check"),
    ApprovalState.REFUSED: (_("Refused"), "neutral", "x"),
    ApprovalState.EXPIRED: (_("Expired"), "neutral", "alarm-clock-off"),
    ApprovalState.WITHDRAWN: (_("Withdrawn"), "neutral", "undo-2"),
}
USER_STATES: Final[dict[str, str | Promise]] = {
    UserState.ACTIVE: _("Active"),
    UserState.DEACTIVATED: _("Deactivated"),
}
