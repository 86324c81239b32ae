"""What the demo's companies agree with single customers: contracts, terms that renew, discounts, coupons, limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billwright.accounts.operations import update_account
from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountChange
from billwright.accounts.states import SplitBy
from billwright.catalog.operations.rules import NewRenewalRule, set_renewal_rule
from billwright.kernel.periods import add_months
from billwright.rating.operations.agreements import NewDiscount, NewSpendLimit, give_discount, set_spend_limit
from billwright.rating.operations.coupons import NewCoupon, create_coupon, redeem_coupon
from billwright.subscriptions.operations import NewSubscription, subscribe_many
from billwright.subscriptions.operations.contracts import NewClause, record_contract
from billwright.workflow.demo.rooms.scene import Scene

COUPON = "SPRING25"


def agree(scene: Scene) -> None:
    """Less for some, at least so much from others, and a code that new customers type."""
    coupon = NewCoupon(
        code=COUPON,
        name="Spring offer",
        valid_from=scene.first_day,
        legal_entity_id=scene.entities["KAROO"].id,
        percent=Decimal(25),
        periods=3,
        uses_max=100,
    )
    create_coupon(act=scene.act("Campaign"), coupon=coupon)
    for account_id in scene.some_accounts("KAROO", 6):
        redeem_coupon(act=scene.act("Typed at the order"), code=COUPON, account_id=account_id, on=scene.day)
    for account_id in scene.some_accounts("BALKAN", 4):
        discount = NewDiscount(
            account_id=account_id, name="Loyal customer", starts_on=scene.day, percent=Decimal(10), periods=12
        )
        give_discount(act=scene.act("Agreed on renewal"), discount=discount)
    for account_id in scene.some_accounts("NIMBUS", 3):
        limit = NewSpendLimit(account_id=account_id, name="Committed spend", starts_on=scene.day, minimum=Decimal(500))
        set_spend_limit(act=scene.act("Frame agreement"), limit=limit)


def sign_contracts(scene: Scene) -> None:
    """Signed contracts whose subscriptions have a term: one ends soon and renews unless notice is given."""
    for place, account_id in enumerate(scene.some_accounts("BALKAN", 4)):
        contract = record_contract(
            act=scene.act("Signed on paper"),
            account_id=account_id,
            number=f"DEMO-{scene.day.year}-{place + 1:03d}",
            title="Office voice and access (demo)",
            starts_on=scene.first_day,
            signed_on=scene.first_day,
            clauses=_clauses(),
        )
        _order(scene, account_id, contract.id, starts_on=_begun(scene, place))
    set_renewal_rule(
        act=scene.act("How we remind"),
        rule=NewRenewalRule(plan="domain-year", valid_from=scene.first_day, ahead_days=30, reminder_days=(30, 7)),
    )


def _clauses() -> tuple[NewClause, ...]:
    return (
        NewClause("1", "The customer takes Fibre office at the sites named in the order."),
        NewClause("2", "The term is twelve months and renews for the same time.", "term_months", "12"),
        NewClause("3", "Notice is given thirty days before its end.", "notice_days", "30"),
        NewClause("4", "The price of a site is 59.00 EUR a month.", "price", "59.00", "fee"),
    )


def _begun(scene: Scene, place: int) -> date:
    """So that the term of the first ends in three weeks, those of the others later."""
    return max(add_months(scene.ago(-21), place - 12), scene.first_day)


def _order(scene: Scene, account_id: int, contract_id: int, *, starts_on: date) -> None:
    row = NewSubscription(
        account_id=account_id,
        plan="fibre",
        ordered_on=starts_on,
        starts_on=starts_on,
        billed_to=scene.day,
        description="head office",
        term_months=12,
        notice_days=30,
        contract_id=contract_id,
    )
    subscribe_many(act=scene.act("Ordered with the contract"), rows=(row,))


def split_documents(scene: Scene) -> None:
    """Customers who want a document for each cost centre: two offices of theirs are billed apart from now on."""
    for account_id in scene.some_accounts("NIMBUS", 2):
        account = get_account(account_id)
        update_account(
            act=scene.act("Asked by their accounts payable"),
            account_id=account_id,
            version=account.version,
            change=AccountChange(split_by=SplitBy.COST_CENTER),
            effective_on=scene.day,
        )
        rows = tuple(
            NewSubscription(
                account_id=account_id,
                plan="storage",
                ordered_on=scene.day,
                starts_on=scene.day,
                quantity=Decimal(2),
                description=f"volume {center}",
                cost_center=center,
            )
            for center in ("CC-100", "CC-200")
        )
        subscribe_many(act=scene.act("Ordered for two offices"), rows=rows)
