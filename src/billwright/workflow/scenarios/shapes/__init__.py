"""The shapes of a scenario file. Unknown keys are errors; amounts are decimal strings; `to` is exclusive."""

from billwright.workflow.scenarios.shapes.catalog_acts import AgreeSpending, GiveDiscount, SetPrice
from billwright.workflow.scenarios.shapes.contract_acts import (
    Cancel,
    Change,
    CycleDay,
    HoldAct,
    Pause,
    Quantity,
    Release,
    Resume,
    Subscribe,
)
from billwright.workflow.scenarios.shapes.document_acts import Bill, Correction, DocumentLine, Invoice
from billwright.workflow.scenarios.shapes.money_acts import Allocate, PassDays, Rate, Receive, Refund, Return, Share
from billwright.workflow.scenarios.shapes.plans import (
    CallBand,
    CallRate,
    Charge,
    Escalate,
    Netting,
    Plan,
    Tier,
)
from billwright.workflow.scenarios.shapes.usage_acts import Meter, Outage, Usage
from billwright.workflow.scenarios.shapes.values import Act, Closed
from billwright.workflow.scenarios.shapes.world import Account, Company, Tax, World

__all__ = [
    "Account",
    "Act",
    "AgreeSpending",
    "Allocate",
    "Bill",
    "CallBand",
    "CallRate",
    "Cancel",
    "Change",
    "Charge",
    "Closed",
    "Company",
    "Correction",
    "CycleDay",
    "DocumentLine",
    "Escalate",
    "GiveDiscount",
    "HoldAct",
    "Invoice",
    "Meter",
    "Netting",
    "Outage",
    "PassDays",
    "Pause",
    "Plan",
    "Quantity",
    "Rate",
    "Receive",
    "Refund",
    "Release",
    "Resume",
    "Return",
    "SetPrice",
    "Share",
    "Subscribe",
    "Tax",
    "Tier",
    "Usage",
    "World",
]
