"""Forms of the counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.amounts import AmountField
from billwright.interfaces.web.forms import ActForm, DayField
from billwright.org.queries import BankAccountRow, LegalEntityRow


class ChequeForm(ActForm):
    """A cheque as it was handed over."""

    account_number = forms.CharField(label=_("Account"), max_length=30)
    amount = AmountField(label=_("Amount"))
    number = forms.CharField(label=_("Number of the cheque"), max_length=30)
    bank_name = forms.CharField(label=_("Bank"), max_length=120)
    drawer = forms.CharField(label=_("Drawn by"), max_length=200, required=False)
    drawn_on = DayField(label=_("Date on the cheque"))
    received_on = DayField(label=_("Received on"))


class DepositForm(ActForm):
    """To which bank account the cheques in our hands go."""

    bank_account = forms.TypedChoiceField(label=_("Bank account"), coerce=int)
    on = DayField(label=_("Brought to the bank on"))

    def __init__(self, *args: Any, banks: Sequence[BankAccountRow], **options: Any) -> None:
        super().__init__(*args, **options)
        choose_bank(self, banks)


class DayForm(ActForm):
    """A day."""

    on = DayField(label=_("Credited on"))


class UnpaidForm(ActForm):
    """A cheque that was not paid."""

    on = DayField(label=_("Returned on"))
    reason = forms.CharField(label=_("What the bank said"), max_length=200)
    is_fee_waived = forms.BooleanField(label=_("Charge no fee"), required=False)


class OpenForm(ActForm):
    """A cash desk and what lies in its drawer."""

    entity = forms.TypedChoiceField(label=_("Company"), coerce=int)
    desk = forms.CharField(label=_("Desk"), max_length=60)
    float_amount = AmountField(label=_("In the drawer"))

    def __init__(self, *args: Any, entities: Sequence[LegalEntityRow], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(one.id), f"{one.name} ({one.base_currency})") for one in entities]
        cast("forms.ChoiceField", self.fields["entity"]).choices = named


class CashForm(ActForm):
    """Money at the desk."""

    account_number = forms.CharField(label=_("Account"), max_length=30)
    amount = AmountField(label=_("Amount"))


class CountForm(ActForm):
    """What was counted, and what of it goes to the bank."""

    counted = AmountField(label=_("Counted"))
    banked = AmountField(label=_("Of it to the bank"), required=False)
    bank_account = forms.TypedChoiceField(label=_("Bank account"), coerce=int, required=False, empty_value=None)
    reason = forms.CharField(label=_("Why it differs"), max_length=200, required=False)

    def __init__(self, *args: Any, banks: Sequence[BankAccountRow], **options: Any) -> None:
        super().__init__(*args, **options)
        choose_bank(self, banks)


class AcceptForm(ActForm):
    """Whether a company takes a method, and what its return costs the payer."""

    is_accepted = forms.BooleanField(label=_("We take it"), required=False)
    valid_from = DayField(label=_("From"))
    fee = AmountField(label=_("Fee when it comes back unpaid"), required=False)
    fee_product = forms.CharField(label=_("Billed as the product"), max_length=40, required=False)


def choose_bank(form: forms.Form, banks: Sequence[BankAccountRow]) -> None:
    """Fill the choices of own bank accounts."""
    named = [(str(one.id), f"{one.label} {one.iban or one.account_number}") for one in banks]
    cast("forms.ChoiceField", form.fields["bank_account"]).choices = named
