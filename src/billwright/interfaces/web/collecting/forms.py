"""Forms of stored bank accounts and mandates: how a customer's bank account is given, and what was signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billwright.interfaces.web.collecting.words import DETAILS_KINDS, FREQUENCIES
from billwright.interfaces.web.forms import ActForm, AmountField, DayField
from billwright.payments.collecting_rows import BankDetails, StoredMethodRow
from billwright.payments.ports.collection_files import debit_schemes
from billwright.payments.states import BankDetailsKind

_DETAILS: Final = ("iban", "bic", "branch", "number", "account_type")


class DetailsForm(ActForm):
    """What a bank account is known by, in whatever country, and when its holder is paid."""

    holder = forms.CharField(label=gettext_lazy("Account holder"), max_length=70)
    iban = forms.CharField(label=gettext_lazy("IBAN"), max_length=42, required=False)
    bic = forms.CharField(
        label=gettext_lazy("BIC"),
        max_length=11,
        required=False,
        help_text=gettext_lazy("Only where the IBAN does not tell its bank."),
    )
    branch = forms.CharField(
        label=gettext_lazy("Branch code"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Branch code, routing number or IFSC, where there is no IBAN."),
    )
    number = forms.CharField(label=gettext_lazy("Account number"), max_length=30, required=False)
    account_type = forms.CharField(
        label=gettext_lazy("Kind of account"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("South Africa: 1 current, 2 savings, 3 transmission. United States: checking, savings."),
    )
    pay_day = forms.IntegerField(
        label=gettext_lazy("Pay day of the customer"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=gettext_lazy("Retries wait for it."),
    )


class BankAccountForm(DetailsForm):
    """A customer's bank account as its country names it."""

    kind = forms.ChoiceField(label=gettext_lazy("Named by"), choices=DETAILS_KINDS)

    field_order = ("kind", "holder", *_DETAILS, "pay_day")


class MandateForm(DetailsForm):
    """A mandate as it was signed: on a bank account that is stored, or on one that is given with it."""

    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"))
    reference = forms.CharField(
        label=gettext_lazy("Reference"), max_length=35, help_text=gettext_lazy("Never used a second time.")
    )
    signed_on = DayField(label=gettext_lazy("Signed on"))
    stored_method = forms.TypedChoiceField(
        label=gettext_lazy("Bank account"), required=False, coerce=int, empty_value=None
    )
    limit = AmountField(label=gettext_lazy("Most in one debit"), required=False)
    frequency = forms.ChoiceField(label=gettext_lazy("How often"), choices=FREQUENCIES)
    collection_day = forms.IntegerField(
        label=gettext_lazy("Day of the month"), min_value=1, max_value=31, required=False
    )
    ends_on = DayField(label=gettext_lazy("Last day"), required=False)

    field_order = ("scheme", "reference", "signed_on", "stored_method", "holder", *_DETAILS, "limit", "frequency",
                   "collection_day", "pay_day", "ends_on")  # fmt: skip

    def __init__(self, *args: Any, stored: Sequence[StoredMethodRow], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["scheme"]).choices = [(one, one) for one in debit_schemes()]
        if stored:
            cast("forms.ChoiceField", self.fields["stored_method"]).choices = [
                ("", _("The one given below")),
                *((one.id, f"{one.label} {one.holder}") for one in stored),
            ]
            self.fields["holder"].required = False
        else:
            del self.fields["stored_method"]


def details_of(given: dict[str, Any], kind: BankDetailsKind) -> BankDetails:
    """The bank account as the form has it."""
    return BankDetails(kind=kind, **{name: given[name] for name in _DETAILS})
