"""States of pending charges."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class ChargeKind(models.TextChoices):
    """Why a charge waits for a run."""

    ONE_OFF = "ONE_OFF"
    """Agreed once, such as a set-up fee."""
    ADJUSTMENT = "ADJUSTMENT"
    """Entered by a person with a reason: goodwill or correction."""
    TRUE_UP = "TRUE_UP"
    """The difference to what was estimated."""
    SERVICE_CREDIT = "SERVICE_CREDIT"
    """Owed to the customer for service below the level promised."""
    SETTLEMENT = "SETTLEMENT"
    """The yearly settlement of a bank of netted units."""


class BankMove(models.TextChoices):
    """Why a bank of netted units moved."""

    BANKED = "BANKED"
    """More was exported than imported."""
    USED = "USED"
    """Taken instead of what would have been charged."""
    SETTLED = "SETTLED"
    """Paid out on the day of settlement."""


class LotSource(models.TextChoices):
    """Where prepaid units come from."""

    GRANT = "GRANT"
    """Sold or given by a person."""
    ROLLOVER = "ROLLOVER"
    """Included units that a period left over."""


class ChargeState(models.TextChoices):
    """Where a pending charge stands."""

    PROPOSED = "PROPOSED"
    """Does not touch any balance until it is approved."""
    READY = "READY"
    """Taken by the next bill run."""
    BILLED = "BILLED"
    """Stands on an issued document."""
    DISCARDED = "DISCARDED"
    """Never billed."""


PENDING_CHARGE = Machine(
    "pending charge",
    {
        "approve": verb(ChargeState.PROPOSED, to=ChargeState.READY),
        "bill": verb(ChargeState.READY, to=ChargeState.BILLED),
        "discard": verb(ChargeState.PROPOSED, ChargeState.READY, to=ChargeState.DISCARDED),
    },
)
