"""The panels of what is agreed: discounts and commitments of an account or subscription, contracts and
prepaid money of an account."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.contracts.words import KINDS as CONTRACT_KINDS
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.invoices.words import words_of
from billwright.interfaces.web.offers import words
from billwright.interfaces.web.offers.commitments import Listed
from billwright.interfaces.web.offers.discounts import listed
from billwright.interfaces.web.offers.scope import today_of
from billwright.kernel.money import Money
from billwright.rating.queries import list_discounts, list_spend_limits
from billwright.receivables.queries import list_wallet
from billwright.subscriptions.queries import SubscriptionRow
from billwright.subscriptions.queries.contracts import list_heads

register = template.Library()
CONTRACTS_SHOWN = 20


@register.inclusion_tag("web/wallets/panel.html", takes_context=True)
def wallet(context: dict[str, Any], account: AccountRow, has_cash: bool) -> dict[str, Any]:
    """`{% wallet account case.cash %}`: prepaid credit with its expiry; buying it while there is money to buy it of."""
    request = context["request"]
    lots = list_wallet(account.id)
    return {
        "request": request,
        "account_id": account.id,
        "lots": lots,
        "balance": sum((lot.left for lot in lots), start=Money.zero(account.currency)),
        "may_top_up": bool(has_cash) and may_in(request, "wallet.top_up", account.legal_entity_id),
        "may_give_back": may_in(request, "wallet.give_back", account.legal_entity_id),
    }


@register.inclusion_tag("web/contracts/panel.html", takes_context=True)
def contracts(context: dict[str, Any], account: AccountRow) -> dict[str, Any]:
    """`{% contracts account %}`: what was signed, the newest first."""
    request = context["request"]
    found = list_heads(account_ids=[account.id], limit=CONTRACTS_SHOWN)
    return {
        "request": request,
        "number": account.number,
        "contracts": [(one, words_of(CONTRACT_KINDS, one.kind)) for one in found],
        "may_record": may_in(request, "contract.record_signed", account.legal_entity_id),
    }


@register.inclusion_tag("web/offers/panel.html", takes_context=True)
def offers(context: dict[str, Any], account: AccountRow, subscription: SubscriptionRow | None = None) -> dict[str, Any]:
    """`{% offers account subscription %}`: what is agreed beside the prices and not over yet."""
    request = context["request"]
    today = today_of(request, account)
    whose = (None, subscription.id) if subscription else None

    def runs(row: Any) -> bool:
        return (whose is None or row.subscription_id in whose) and (row.ends_before is None or row.ends_before > today)

    found = listed([row for row in list_discounts(account.id) if runs(row)])
    limits = [row for row in list_spend_limits(account.id) if runs(row)]
    reach = words.Reach(row.subscription_id for row in limits) if limits else None
    named = {"account": account.number, **({"subscription": subscription.number} if subscription else {})}
    redeemed_on = (
        reverse("web:subscription-redeem", args=[subscription.id])
        if subscription
        else reverse("web:account-redeem", args=[account.id])
    )
    return {
        "request": request,
        "discounts": [(one, words.discount_state(one.row, on=today, used_periods=one.used_periods)) for one in found],
        "limits": [(Listed(row, None, reach), words.limit_state(row, on=today)) for row in limits if reach],
        "whose": urlencode(named),
        "redeem_url": redeemed_on,
        "may_redeem": may_in(request, "coupon.redeem", account.legal_entity_id),
        "may_give": may_in(request, "discount.give", account.legal_entity_id),
        "may_agree": may_in(request, "spend_limit.set", account.legal_entity_id),
    }
