"""Forms of discounts, coupons and commitments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billwright.accounts.queries import account_ids_by_number
from billwright.catalog.queries import list_plans
from billwright.interfaces.web.forms import ActForm, AmountField, DayField
from billwright.subscriptions.queries import find_by_number


class LimitedForm(ActForm):
    """What an agreement may be limited to."""

    plan = forms.ChoiceField(label=_("Only for the plan"), required=False)
    charges = forms.CharField(
        label=_("Only for the charges"),
        required=False,
        max_length=400,
        help_text=_("Their codes, with commas between. Empty: all lines."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: forms.ChoiceField = self.fields["plan"]  # type: ignore[assignment]
        field.choices = [("", _("Any plan")), *((plan.code, plan.name) for plan in list_plans(active_only=False))]

    def clean_charges(self) -> tuple[str, ...]:
        """The codes, each once."""
        codes = (code.strip() for code in str(self.cleaned_data["charges"]).split(","))
        return tuple(dict.fromkeys(code for code in codes if code))


class OwnedForm(LimitedForm):
    """Whose agreement it is: an account, or one of its subscriptions."""

    account = forms.CharField(label=_("Account number"), max_length=40)
    subscription = forms.CharField(
        label=_("Subscription number"), required=False, max_length=40, help_text=_("Empty: the whole account.")
    )
    name = forms.CharField(label=_("Name, as printed"), max_length=120)
    starts_on = DayField(label=_("From"))
    ends_before = DayField(label=_("Ends before"), required=False, help_text=_("Empty: until it is ended."))

    def clean_account(self) -> int:
        """The id of the account with this number."""
        number = str(self.cleaned_data["account"]).strip()
        found = account_ids_by_number([number]).get(number)
        if found is None:
            raise forms.ValidationError(_("There is no account of this number. Search for it by name with Ctrl K."))
        return found

    def clean_subscription(self) -> int | None:
        """The id of the subscription with this number, if one is named."""
        number = str(self.cleaned_data["subscription"]).strip()
        if not number:
            return None
        found = find_by_number(number)
        if found is None:
            raise forms.ValidationError(_("There is no subscription of this number."))
        return found.id


class SizedForm(forms.Form):
    """How much a discount takes off, for how long, and its turn among others."""

    percent = AmountField(label=_("Percent"), required=False)
    amount = AmountField(
        label=_("or amount a full period"), required=False, help_text=_("Spread over its lines in proportion.")
    )
    periods = forms.IntegerField(
        label=_("For so many periods"), required=False, min_value=1, help_text=_("Empty: for all.")
    )
    position = forms.IntegerField(
        label=_("Place among equals"), required=False, initial=0, help_text=_("The lower place is taken first.")
    )


class DiscountForm(OwnedForm, SizedForm):
    """A discount of an account or subscription."""

    field_order = (
        "account", "subscription", "name", "percent", "amount", "plan", "charges", "periods", "starts_on",
        "ends_before", "position",
    )  # fmt: skip


class CouponForm(LimitedForm, SizedForm):
    """A coupon: its code, its discount, and who may redeem it when."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("One word; capitals do not matter."))
    name = forms.CharField(label=_("Name, as printed"), max_length=120)
    currency = forms.CharField(label=_("Currency of the amount"), max_length=3, required=False)
    valid_from = DayField(label=_("Redeemed from"))
    ends_before = DayField(label=_("Redeemed before"), required=False, help_text=_("Empty: until it is closed."))
    uses_max = forms.IntegerField(
        label=_("Number of uses"), required=False, min_value=1, help_text=_("Empty: without end.")
    )
    once_per_customer = forms.BooleanField(label=_("Once for each customer"), required=False, initial=True)
    field_order = (
        "code", "name", "percent", "amount", "currency", "plan", "charges", "periods", "valid_from", "ends_before",
        "uses_max", "once_per_customer", "position",
    )  # fmt: skip

    def clean_currency(self) -> str:
        """Codes of currencies are upper case."""
        return str(self.cleaned_data["currency"]).upper()


class SpendLimitForm(OwnedForm):
    """What a full period comes to, at least or at most."""

    minimum = AmountField(label=_("At least, a full period"), required=False)
    maximum = AmountField(label=_("At most, a full period"), required=False)
    field_order = (
        "account", "subscription", "name", "minimum", "maximum", "plan", "charges", "starts_on", "ends_before",
    )  # fmt: skip


class RedeemForm(ActForm):
    """A code."""

    code = forms.CharField(label=_("Code"), max_length=40)


class EndForm(ActForm):
    """From which day on it holds no longer."""

    ends_before = DayField(
        label=_("Ends before"), help_text=_("Service before this day still takes it; what is issued stays.")
    )
