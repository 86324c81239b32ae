"""Forms of refund orders."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.amounts import AmountField
from billwright.interfaces.web.forms import ActForm, DayField
from billwright.interfaces.web.refunds.words import ROUTES
from billwright.org.queries import BankAccountRow
from billwright.payments.states import RefundRoute


class OrderForm(ActForm):
    """How much goes back, where to, and why."""

    amount = AmountField(label=_("Amount"))
    route = forms.ChoiceField(label=_("Where to"), choices=list(ROUTES.items()))
    holder = forms.CharField(
        label=_("Holder of the account"), max_length=120, required=False,
        help_text=_("Only for a bank account that the customer names."),
    )  # fmt: skip
    account_number = forms.CharField(label=_("IBAN or account number"), max_length=40, required=False)
    bank_code = forms.CharField(label=_("BIC, branch code or IFSC"), max_length=20, required=False)
    reason = forms.CharField(label=_("Why"), max_length=200)
    is_repeat_meant = forms.BooleanField(
        label=_("It is another refund than one of the same amount asked for lately"), required=False
    )

    def clean_route(self) -> RefundRoute:
        """The route as its own type."""
        return RefundRoute(self.cleaned_data["route"])


class ProofForm(ActForm):
    """It was paid out at the bank, and this shows it."""

    value_date = DayField(label=_("Value date"))
    reference = forms.CharField(label=_("Reference of the bank"), max_length=140)
    proof = forms.FileField(label=_("Proof"), help_text=_("The bank's confirmation, or a picture of the slip."))


class ConfirmForm(ActForm):
    """It has arrived."""

    reference = forms.CharField(label=_("Reference of the bank"), max_length=140, required=False)
    proof = forms.FileField(label=_("Proof"), required=False)


class CameBackForm(ActForm):
    """It came back."""

    value_date = DayField(label=_("Value date"))
    reason = forms.CharField(label=_("What the bank or the gateway said"), max_length=200)


class DayForm(ActForm):
    """The day on which it leaves."""

    value_date = DayField(label=_("Value date"))


class FileForm(ActForm):
    """One file for the bank of what is agreed."""

    account = forms.TypedChoiceField(label=_("From our bank account"), coerce=int)
    execute_on = DayField(label=_("To be carried out on"))

    def __init__(self, *args: Any, accounts: list[BankAccountRow], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(one.id), f"{one.label} {one.iban or one.account_number}") for one in accounts]
        cast("forms.ChoiceField", self.fields["account"]).choices = named
