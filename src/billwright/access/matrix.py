"""The permission matrix: one row a right, one column a role. It is the whole truth about who may do what.

Its rows stand in `access.rights`, a table for each area.

`kind`  r  a right to see: asked by the pages and the API
        w  a verb of that name
        2  a verb that always needs a second person: it runs only from an approval
        o  one's own affairs: open to every active user, in every legal entity
cells   Y  yes; authority limits, where rows exist, bound the amount
        L  up to an authority limit; without a row for the currency, nothing
        .  no

The built-in operator holds every right (whoever is at the machine's command line could change the database itself);
the audit trail names it. Sections in brackets name the scopes of API tokens: `read`, `write`, `write:payments`, or
one right by its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from billwright.access.rights import BILLING, HOUSE, MONEY
from billwright.access.states import Role

COLUMNS: Final[dict[str, Role]] = {
    "AGT": Role.SERVICE_DESK_AGENT,
    "COL": Role.COLLECTOR,
    "CSH": Role.CASH_APPLIER,
    "BIL": Role.BILLING_SPECIALIST,
    "DIS": Role.DISPUTE_APPROVER,
    "LEA": Role.TEAM_LEAD,
    "FIN": Role.FINANCE_MANAGER,
    "AUD": Role.AUDITOR,
    "SAL": Role.SALES_READ_ONLY,
    "ADM": Role.ADMINISTRATOR,
}

# A verb on the left is refused to whoever did a verb on the right on the same subject, as the audit trail tells it.
SEPARATED: Final[dict[str, tuple[str, ...]]] = {
    "adjustment.approve": ("adjustment.propose",),
    "refund_order.approve": ("refund_order.request",),
    "bill_run.approve": ("bill_run.prepare",),
    "collection_run.approve": ("collection_run.prepare",),
    "reconciliation.sign_off": ("reconciliation.start",),
    "shadow_run.sign_off": ("shadow_run.begin",),
}

# Their arguments hold a secret, and a request for approval keeps its arguments.
NOT_BY_APPROVAL: Final[frozenset[str]] = frozenset(
    {
        "mandate.add",
        "stored_method.add_bank_account",
        "stored_method.add_token",
        "stored_method.correct_details",
        "user.create",
        "user.create_administrator",
        "user.create_first_administrator",
        "user.create_many",
        "user.reset_password",
        "api_token.issue",
        "gateway.set_up",
        "gateway.change",
    }
)

# What the machine itself does, without a person. Everything else needs one.
SYSTEM_VERBS: Final[dict[str, tuple[str, ...]]] = {
    "system:scheduler": (
        "approval.expire",
        "subscription.end_due",
        "subscription.enter_due",
        "subscription.renew_terms",
        "wallet.expire_due",
        "stored_method.expire_due",
        "stored_method.warn_of_expiry",
        "collection_run.settle",
        "collection.announce",
        "reminder.send",
        "statement.send",
    ),
    # What conventions and contracts have paid back once a bill run has credited it.
    "system:bill-run": ("payment.refund",),
    # What somebody who may credit and rebill has billed for the one subscription that was wrong.
    "system:rebilling": (
        "bill_run.create",
        "bill_run.prepare",
        "bill_run.check",
        "bill_run.approve",
        "bill_run.issue",
    ),
    # Somebody pays on the page of a payment link, or ends a card that was kept there: nobody is logged in.
    "system:portal": ("gateway_payment.start", "stored_method.revoke"),
    # What a company has set as its fee for a cheque that was not paid.
    "system:counter": ("one_off.add",),
    # What a gateway answers when it is asked to send money back.
    "system:refunding": ("refund_order.confirm", "refund_order.fail", "payment.receive"),
    # What the company's gateways tell, once it is verified.
    "system:gateways": (
        "gateway_event.work",
        "gateway_payment.charge",
        "gateway_payment.enter",
        "gateway_payment.enter_told",
        "collection.collect_by_token",
        "collection.begin",
        "collection.put_off",
        "stored_method.add_token",
        "collection.record_failure",
        "gateway.watch",
        "payout.record",
        "payout.reconcile",
        "payment.receive",
        "payment.return",
    ),
    # What the convention `card_runs` of a company lets happen each morning.
    "system:card-runs": (
        "collection_run.prepare",
        "collection_run.check",
        "collection_run.approve",
        "collection_run.submit",
        "collection_run.discard",
    ),
    # What follows from a debit that was paid, failed or came back, whoever brought the bank's answer.
    "system:collecting": ("payment.receive", "payment.return", "one_off.add"),
    # What the company's rule of matching, or its measured precision, lets post without a person.
    "system:matching": ("match.run",),
    # What the convention `bill_run_schedule` of a company lets happen by night.
    "system:bill-run-schedule": (
        "bill_run.create",
        "bill_run.prepare",
        "bill_run.check",
        "bill_run.approve",
        "bill_run.issue",
        "bill_run.discard",
    ),
}


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the matrix."""

    code: str
    kind: str
    section: str
    cells: dict[Role, str]

    @property
    def is_verb(self) -> bool:
        return self.kind != "r"

    @property
    def needs_second_person(self) -> bool:
        return self.kind == "2"

    def roles(self) -> tuple[Role, ...]:
        """The roles that hold the right at all, in the order of the columns."""
        return tuple(role for role, cell in self.cells.items() if cell in "YL")


def _parsed(*tables: str) -> dict[str, Right]:
    rights: dict[str, Right] = {}
    for table in tables:
        header, *lines = (line.split() for line in table.strip().splitlines())
        assert header == ["kind", *COLUMNS]
        section = ""
        for words in lines:
            if words[0].startswith("["):
                section = words[0].strip("[]")
                continue
            code, kind, *cells = words
            assert code not in rights, f"two rows of {code}"
            assert kind in "rw2o", f"{code}: unknown kind {kind}"
            assert set(cells) <= set("YL."), f"{code}: unknown cell"
            rights[code] = Right(code, kind, section, dict(zip(COLUMNS.values(), cells, strict=True)))
    return rights


MATRIX: Final[dict[str, Right]] = _parsed(BILLING, MONEY, HOUSE)


def scopes_allow(scopes: frozenset[str], code: str) -> bool:
    """Whether the scopes of an API token cover a right. `write` never covers `read` and the reverse."""
    right = MATRIX.get(code)
    if right is None:
        return False
    group = "read" if right.kind == "r" else "write"
    return bool(scopes & {code, group, f"{group}:{right.section}"})


def known_scopes() -> tuple[str, ...]:
    """Every scope that a token may carry: groups first, then single rights."""
    groups = {f"{'read' if right.kind == 'r' else 'write'}:{right.section}" for right in MATRIX.values()}
    return ("read", "write", *sorted(groups), *MATRIX)
