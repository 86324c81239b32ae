"""Writes of payments: receipts, their undoing, refunds; stored methods, mandates and debits; gateways."""

from billwright.payments.operations.mandates import (
    AgreementIn,
    MandateIn,
    activate_mandate,
    add_mandate,
    authenticate_mandate,
    resume_mandate,
    revoke_mandate,
    set_agreement,
    suspend_mandate,
)
from billwright.payments.operations.methods import (
    add_bank_account,
    add_token,
    correct_details,
    expire_due,
    resume_method,
    revoke_method,
    see_change,
    set_rank,
    suspend_method,
    token_of,
    warn_of_expiry,
)
from billwright.payments.operations.receipts import record_receipts, record_refund, record_return

__all__ = [
    "AgreementIn",
    "MandateIn",
    "activate_mandate",
    "add_bank_account",
    "add_mandate",
    "add_token",
    "authenticate_mandate",
    "correct_details",
    "expire_due",
    "record_receipts",
    "record_refund",
    "record_return",
    "resume_mandate",
    "resume_method",
    "revoke_mandate",
    "revoke_method",
    "see_change",
    "set_agreement",
    "set_rank",
    "suspend_mandate",
    "suspend_method",
    "token_of",
    "warn_of_expiry",
]
