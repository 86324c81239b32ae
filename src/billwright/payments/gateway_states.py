"""States and closed lists of gateways; `states` names their machines too."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class GatewayState(models.TextChoices):
    """Whether a configured gateway is used."""

    ACTIVE = "ACTIVE"
    """Payments may be started; its webhooks are worked."""
    SUSPENDED = "SUSPENDED"
    """Nothing new is started; what it still tells is worked."""


GATEWAY = Machine(
    "gateway",
    {
        "suspend": verb(GatewayState.ACTIVE, to=GatewayState.SUSPENDED),
        "resume": verb(GatewayState.SUSPENDED, to=GatewayState.ACTIVE),
    },
)


class GatewayPaymentKind(models.TextChoices):
    """Who gives the means of payment."""

    HOSTED = "HOSTED"
    """The customer, on the gateway's own page."""
    TOKEN = "TOKEN"  # noqa: S105 -- the word, not one
    """Nobody: a token that was kept is debited."""


class GatewayPaymentState(models.TextChoices):
    """What is known of money that a gateway was asked for. A payment that succeeded stays so, whatever comes later."""

    STARTED = "STARTED"
    """The gateway was asked, or is about to be."""
    PENDING = "PENDING"
    """It has taken the wish; the answer comes by webhook."""
    UNKNOWN = "UNKNOWN"
    """No answer came: it may have been taken. Asked again under the same reference."""
    PAID = "PAID"
    """Taken, and recorded as a receipt."""
    FAILED = "FAILED"
    """Declined, or given up on the page. Another try on the same page may still succeed."""


GATEWAY_PAYMENT = Machine(
    "gateway payment",
    {
        "accept": verb(GatewayPaymentState.STARTED, GatewayPaymentState.UNKNOWN, to=GatewayPaymentState.PENDING),
        "lose": verb(GatewayPaymentState.STARTED, GatewayPaymentState.UNKNOWN, to=GatewayPaymentState.UNKNOWN),
        "fail": verb(
            GatewayPaymentState.STARTED,
            GatewayPaymentState.PENDING,
            GatewayPaymentState.UNKNOWN,
            to=GatewayPaymentState.FAILED,
        ),
        "pay": verb(
            GatewayPaymentState.STARTED,
            GatewayPaymentState.PENDING,
            GatewayPaymentState.UNKNOWN,
            GatewayPaymentState.FAILED,
            to=GatewayPaymentState.PAID,
        ),
    },
)


class GatewayEventState(models.TextChoices):
    """How far a webhook has been worked. Nothing that came is ever deleted."""

    RECEIVED = "RECEIVED"
    """Verified and stored; a job works it."""
    WAITING = "WAITING"
    """About something that has not been told yet: worked as soon as it is."""
    WORKED = "WORKED"
    """Its consequence is in the books, or it brought nothing new."""
    REFUSED = "REFUSED"
    """Not to be believed: wrong signature, old timestamp, another source. Kept, and nothing more."""
    QUARANTINED = "QUARANTINED"
    """Believed, but it does not fit: a person looks at the reason and decides."""
    DISMISSED = "DISMISSED"
    """A person decided that nothing follows from it."""


GATEWAY_EVENT = Machine(
    "gateway event",
    {
        "wait": verb(GatewayEventState.RECEIVED, GatewayEventState.WAITING, to=GatewayEventState.WAITING),
        "work": verb(
            GatewayEventState.RECEIVED,
            GatewayEventState.WAITING,
            GatewayEventState.QUARANTINED,
            to=GatewayEventState.WORKED,
        ),
        "quarantine": verb(GatewayEventState.RECEIVED, GatewayEventState.WAITING, to=GatewayEventState.QUARANTINED),
        "dismiss": verb(GatewayEventState.WAITING, GatewayEventState.QUARANTINED, to=GatewayEventState.DISMISSED),
        "retry": verb(GatewayEventState.WAITING, GatewayEventState.QUARANTINED, to=GatewayEventState.RECEIVED),
    },
)


class PayoutState(models.TextChoices):
    """Where a payout of a gateway stands."""

    REPORTED = "REPORTED"
    """The gateway says that it sent the money; it is not on a statement yet."""
    RECONCILED = "RECONCILED"
    """Every line is known here, they add up, and the bank has the sum."""
    UNEXPLAINED = "UNEXPLAINED"
    """A remainder is not explained: work for its owner."""
    RESOLVED = "RESOLVED"
    """A person has said why there is a remainder."""


PAYOUT = Machine(
    "payout",
    {
        "await": verb(PayoutState.REPORTED, PayoutState.UNEXPLAINED, to=PayoutState.REPORTED),
        "reconcile": verb(PayoutState.REPORTED, PayoutState.UNEXPLAINED, to=PayoutState.RECONCILED),
        "differ": verb(PayoutState.REPORTED, PayoutState.UNEXPLAINED, to=PayoutState.UNEXPLAINED),
        "resolve": verb(PayoutState.UNEXPLAINED, to=PayoutState.RESOLVED),
    },
)


class ChargebackState(models.TextChoices):
    """Where a chargeback stands. The money is gone from the day it is opened."""

    OPEN = "OPEN"
    """The cardholder's bank took the money; evidence may be sent until the deadline."""
    CONTESTED = "CONTESTED"
    """Evidence was sent; the network decides."""
    WON = "WON"
    """The money came back: a receipt of its own."""
    LOST = "LOST"
    """The money stays away."""


CHARGEBACK = Machine(
    "chargeback",
    {
        "contest": verb(ChargebackState.OPEN, to=ChargebackState.CONTESTED),
        "accept": verb(ChargebackState.OPEN, to=ChargebackState.LOST),
        "win": verb(ChargebackState.OPEN, ChargebackState.CONTESTED, to=ChargebackState.WON),
        "lose": verb(ChargebackState.OPEN, ChargebackState.CONTESTED, to=ChargebackState.LOST),
    },
)


class AlarmKind(models.TextChoices):
    """What the watch over gateways found."""

    DECLINES = "DECLINES"
    """More payments of one method or bank fail than is usual for it."""
    SILENCE = "SILENCE"
    """No webhook comes where its own history lets one expect some."""
    UNANSWERED = "UNANSWERED"
    """Payments whose outcome nobody has told for too long: a webhook is missing."""
    UNSETTLED = "UNSETTLED"
    """Payments that no payout has brought in time."""
    NOT_DEPOSITED = "NOT_DEPOSITED"
    """A payout that is not on the bank's statement in time."""


class AlarmState(models.TextChoices):
    """Where an alarm stands."""

    RAISED = "RAISED"
    """It holds, and nobody has looked at it."""
    SEEN = "SEEN"
    """It holds, and somebody deals with it."""
    ENDED = "ENDED"
    """What raised it is over."""


GATEWAY_ALARM = Machine(
    "gateway alarm",
    {
        "see": verb(AlarmState.RAISED, to=AlarmState.SEEN),
        "end": verb(AlarmState.RAISED, AlarmState.SEEN, to=AlarmState.ENDED),
    },
)
