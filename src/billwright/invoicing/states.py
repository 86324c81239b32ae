"""States and closed lists of invoicing."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class InvoiceState(models.TextChoices):
    """Where a document stands. Settled is derived from its open item, never written on it."""

    DRAFT = "DRAFT"
    """May still be edited; owed by nobody."""
    ISSUED = "ISSUED"
    """Numbered, posted, frozen."""
    DISCARDED = "DISCARDED"
    """A draft that was thrown away."""


INVOICE = Machine(
    "document",
    {
        "issue": verb(InvoiceState.DRAFT, to=InvoiceState.ISSUED),
        "discard": verb(InvoiceState.DRAFT, to=InvoiceState.DISCARDED),
    },
)


class Origin(models.TextChoices):
    """Where a document came from."""

    RUN = "RUN"
    """A bill run."""
    MANUAL = "MANUAL"
    """Written by a person."""
    IMPORT = "IMPORT"
    """Another system: keeps its number, takes none of ours."""


class LineKind(models.TextChoices):
    """What a line bills."""

    RECURRING = "RECURRING"
    ONE_OFF = "ONE_OFF"
    USAGE = "USAGE"
    CORRECTION = "CORRECTION"
    MINIMUM = "MINIMUM"
    COMMITMENT = "COMMITMENT"
    SERVICE_CREDIT = "SERVICE_CREDIT"
    SETTLEMENT = "SETTLEMENT"
    ADJUSTMENT = "ADJUSTMENT"
    FEE = "FEE"
    INTEREST = "INTEREST"
    MANUAL = "MANUAL"
    IMPORTED = "IMPORTED"


class RebillCause(models.TextChoices):
    """Why a document was credited and billed anew."""

    PLAN = "PLAN"
    """Another plan was agreed or provisioned."""
    QUANTITY = "QUANTITY"
    PRICE = "PRICE"
    """Another price was agreed for a charge of the subscription."""
    PERIOD = "PERIOD"
    """The service ended before what was billed."""
    TAX = "TAX"
    """Another treatment or category: both are put right first, the document is issued anew by them."""
    BUYER = "BUYER"
    """Name, address, tax number or reference of the buyer; no money changes."""
    CUSTOMER = "CUSTOMER"
    """Somebody else owes it."""
    OTHER = "OTHER"


class RebillRole(models.TextChoices):
    """What a document is in a chain of credit and rebill."""

    CREDIT = "CREDIT"
    REPLACEMENT = "REPLACEMENT"


class RunState(models.TextChoices):
    """Where a bill run stands."""

    DRAFT = "DRAFT"
    """Scope and date chosen."""
    PREPARED = "PREPARED"
    """Totals, digests and findings per payer are there; nothing was written to the books."""
    CHECKED = "CHECKED"
    """A person went through the findings."""
    APPROVED = "APPROVED"
    """Another person released it."""
    ISSUING = "ISSUING"
    """Shards are being issued; a crash goes on from here."""
    ISSUED = "ISSUED"
    """Every payer is issued, held or a finding."""
    DISCARDED = "DISCARDED"
    """Thrown away before anything was issued."""


BILL_RUN = Machine(
    "bill run",
    {
        "prepare": verb(RunState.DRAFT, RunState.PREPARED, RunState.CHECKED, to=RunState.PREPARED),
        "check": verb(RunState.PREPARED, to=RunState.CHECKED),
        "approve": verb(RunState.CHECKED, to=RunState.APPROVED),
        "start": verb(RunState.APPROVED, to=RunState.ISSUING),
        "finish": verb(RunState.ISSUING, to=RunState.ISSUED),
        "discard": verb(RunState.DRAFT, RunState.PREPARED, RunState.CHECKED, RunState.APPROVED, to=RunState.DISCARDED),
    },
)


class PayerOutcome(models.TextChoices):
    """What became of a payer in a run."""

    PREPARED = "PREPARED"
    """Waits for the issue."""
    HELD = "HELD"
    """A person took it out, with a reason."""
    ISSUED = "ISSUED"
    """Has its documents."""
    CHANGED = "CHANGED"
    """Differs from what was approved: not issued, a finding."""
    BLOCKED = "BLOCKED"
    """A blocking finding kept it out."""


class Severity(models.TextChoices):
    """How much a finding matters."""

    NOTE = "NOTE"
    """Good to know."""
    WARNING = "WARNING"
    """Look before you approve."""
    HOLD = "HOLD"
    """A check holds the payer's document until a person releases it."""
    BLOCK = "BLOCK"
    """The payer is not issued until it is cured."""


class CheckSeverity(models.TextChoices):
    """What a check before issue does in a company."""

    OFF = "OFF"
    """It is not asked."""
    NOTE = "NOTE"
    """Good to know."""
    WARNING = "WARNING"
    """Look before you approve."""
    HOLD = "HOLD"
    """The document is kept back until a person releases it."""


class HeldState(models.TextChoices):
    """Where a held document stands."""

    OPEN = "OPEN"
    """Waits for a person."""
    RELEASED = "RELEASED"
    """A person let exactly this document go, with a reason."""
    GONE = "GONE"
    """Prepared anew or billed otherwise: nothing waits any more."""


HELD_DOCUMENT = Machine(
    "held document",
    {
        "release": verb(HeldState.OPEN, to=HeldState.RELEASED),
        "drop": verb(HeldState.OPEN, to=HeldState.GONE),
        "find_again": verb(HeldState.GONE, to=HeldState.OPEN),
    },
)


class FindingCode(models.TextChoices):
    """What a run notices."""

    NO_PRICE = "no_price"
    """The price is in another currency than the account."""
    NO_TAX = "no_tax"
    """No tax rule, or no rate of its code, holds on the tax point."""
    NO_OPEN_PERIOD = "no_open_period"
    """The books of the entity have no open month for the document."""
    NO_SERIES = "no_series"
    """No series of numbers is valid on the document's day."""
    UNRATED_USAGE = "unrated_usage"
    """Records of usage that no rate covers; they stay unbilled."""
    LATE_NETTED_USAGE = "late_netted_usage"
    """Readings of netted meters for a period that is billed: its bank has moved on, and they stay unbilled."""
    NO_EXCHANGE_RATE = "no_exchange_rate"
    """The base currency cannot be reckoned."""
    CURRENCY_WITHDRAWN = "currency_withdrawn"
    """The account's currency is no longer one on the document's date."""
    E_INVOICE_ROUNDING = "e_invoice_rounding"
    """Lines would not be rounded, and an electronic invoice is owed."""
    NO_GRID_PERIOD = "no_grid_period"
    """The calendar of billing periods has a hole."""
    ACCOUNT_CLOSED = "account_closed"
    """Something is owed by an account that is closed."""
    CHANGED_SINCE_APPROVAL = "changed_since_approval"
    """Not what was approved: another run bills it."""
    NEGATIVE_TOTAL = "negative_total"
    """The document will be a credit note."""
    ZERO_TOTAL = "zero_total"
    """Nothing is owed on balance."""
    FIRST_INVOICE = "first_invoice"
    """The account never had a document."""
    NOTHING_TO_CREDIT = "nothing_to_credit"
    """Service ended before what is billed, but no line of ours billed it."""
    HOLD = "hold"
    """Billing is held: it waits."""
    OUTLIER = "outlier"
    """The total is far from what the account usually gets."""
    NO_TAX_NUMBER = "no_tax_number"
    """The tax treatment wants the customer's tax number on the document, and none is known."""
    BUSINESS_WITHOUT_TAX_NUMBER = "business_no_tax_number"
    """The customer is an organization, and its tax number is not known."""
    BANK_CHANGED = "bank_changed"
    """How the customer pays, or which account of ours it is asked to pay into, changed lately."""
    FIRST_OF_CONTRACT = "first_of_contract"
    """A subscription is billed for the first time."""
    CLAUSE_MISMATCH = "clause_mismatch"
    """What is billed follows other terms than a clause of the contract sets."""
    PRICE_DIFFERS = "price_differs"
    """What is billed has another price than the contract sets."""
    NO_REFERENCE = "no_reference"
    """A reference that the customer wants on its documents is not entered."""
    OTHER_CURRENCY = "other_currency"
    """A waiting charge is in another currency than the account."""


# A person may let these pass; the others need their cause cured, then the run is prepared again.
CLEARABLE_BLOCKS = frozenset({FindingCode.ACCOUNT_CLOSED})


class ShadowState(models.TextChoices):
    """Where a shadow run stands."""

    DRAFTING = "DRAFTING"
    """Both drafts are being made; a crash begins them again."""
    DRAFTED = "DRAFTED"
    """The differences are there for a person to look at."""
    SIGNED_OFF = "SIGNED_OFF"
    """A person said, with a reason, that they are as they should be."""


SHADOW_RUN = Machine(
    "shadow run",
    {
        "finish": verb(ShadowState.DRAFTING, to=ShadowState.DRAFTED),
        "sign_off": verb(ShadowState.DRAFTED, to=ShadowState.SIGNED_OFF),
    },
)


class ShadowCause(models.TextChoices):
    """Why two drafts of a charge differ: the causes by which bills are compared, a service told as new or missing."""

    PRICE = "price"
    QUANTITY = "quantity"
    USAGE = "usage"
    PRORATION = "proration"
    """Another share of the period, or a correction of one."""
    PERIOD = "period"
    """More or fewer periods of a charge."""
    NEW = "new"
    """Only the second draft has the charge."""
    MISSING = "missing"
    """Only the first draft has the charge."""
    ONE_OFF = "one_off"
    DISCOUNT = "discount"
    TAX = "tax"
