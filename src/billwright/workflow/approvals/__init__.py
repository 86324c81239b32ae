"""Approvals: an act that one person asks for and another, with the authority for it, lets happen.

The request freezes the verb and its arguments. The decision runs that verb again, unchanged, under the person who
agrees and on behalf of the one who asked; every rule of the verb is asked anew at that moment.
"""

from billwright.workflow.approvals.decide import decide_approval, expire_approvals, withdraw_approval
from billwright.workflow.approvals.request import request_approval

__all__ = ["decide_approval", "expire_approvals", "request_approval", "withdraw_approval"]
