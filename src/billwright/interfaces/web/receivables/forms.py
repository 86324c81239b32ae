"""Forms that give money to items: one amount an item, and what happens with the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.amounts import AmountField
from billwright.interfaces.web.forms import ActForm, DayField
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.states import PaymentMethod, ReturnKind
from billwright.receivables.rows import OpenItemRow
from billwright.receivables.states import AllocationPolicy

SHARES_MAX: Final = 6
METHODS: Final[dict[str, str | Promise]] = {
    PaymentMethod.BANK_TRANSFER: _("Bank transfer"),
    PaymentMethod.DIRECT_DEBIT: _("Direct debit"),
    PaymentMethod.CARD: _("Card"),
    PaymentMethod.WALLET: _("Wallet"),
    PaymentMethod.CHEQUE: _("Cheque"),
    PaymentMethod.CASH: _("Cash"),
    PaymentMethod.OTHER: _("Other"),
}
REST_POLICIES: Final[dict[str, str | Promise]] = {
    AllocationPolicy.OLDEST_FIRST: _("Settles the oldest documents"),
    AllocationPolicy.COSTS_INTEREST_PRINCIPAL: _("Settles costs, then interest, then the rest"),
    AllocationPolicy.STATED_BY_CUSTOMER: _("Stays unallocated"),
}
RETURN_KINDS: Final[dict[str, str | Promise]] = {
    ReturnKind.RETURNED: _("The bank took it back"),
    ReturnKind.RECORDED_WRONGLY: _("It never came: recorded by mistake"),
}


class ItemAmounts(ActForm):
    """One amount for each item that money can settle; an empty one gives nothing."""

    def __init__(
        self,
        *args: Any,
        items: Sequence[OpenItemRow] = (),
        currency: str = "",
        proposed: dict[int, Money],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.items, self.currency = items, currency
        for item in items:
            field = AmountField(label=_("Amount for %(number)s") % {"number": item.shown_name}, required=False)
            field.widget.attrs |= {"class": "input num", "aria-label": field.label}
            given = proposed.get(item.open_item_id)
            field.initial = str(given.decimal) if given else ""
            self.fields[_name(item)] = field

    @property
    def item_fields(self) -> list[tuple[OpenItemRow, forms.BoundField]]:
        """The items with their fields, for the table in the drawer."""
        return [(item, self[_name(item)]) for item in self.items]

    def stated(self) -> dict[int, Money]:
        """What was given to which item. An amount of more places than the currency has is refused on its field."""
        given = {}
        for item in self.items:
            amount = self.cleaned_data.get(_name(item))
            if amount:
                given[item.open_item_id] = self._money(amount, _name(item))
        return given

    def _money(self, amount: Any, field: str) -> Money:
        try:
            return Money.of(amount, self.currency)
        except Refusal as refusal:
            refusal.field = field
            raise


def _name(item: OpenItemRow) -> str:
    return f"item_{item.open_item_id}"


class PaymentForm(ItemAmounts):
    """Money that came: how much, when, how, from whom, and what it is for."""

    account_number = forms.CharField(
        label=_("Account"),
        required=False,
        max_length=30,
        help_text=_("Empty: nobody knows yet who paid; the money waits in suspense."),
        widget=forms.TextInput(attrs={"placeholder": "BA-00000017"}),
    )
    amount = AmountField(label=_("Amount"))
    currency_code = forms.CharField(label=_("Currency"), max_length=3, required=False)
    value_date = DayField(label=_("Value date"))
    method = forms.ChoiceField(label=_("Method"), choices=list(METHODS.items()))
    reference = forms.CharField(label=_("Reference"), max_length=140, required=False)
    payer_name = forms.CharField(label=_("Paid by, if not the customer"), max_length=200, required=False)
    rest = forms.ChoiceField(label=_("What is not named below"), choices=list(REST_POLICIES.items()))

    def __init__(self, *args: Any, has_account: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if has_account:
            del self.fields["account_number"], self.fields["currency_code"]
        self.fields["amount"].widget.attrs["autofocus"] = True

    def clean_method(self) -> PaymentMethod:
        """The method as its own type."""
        return PaymentMethod(self.cleaned_data["method"])

    def clean_rest(self) -> AllocationPolicy:
        """The policy as its own type."""
        return AllocationPolicy(self.cleaned_data["rest"])


class AllocationForm(ItemAmounts):
    """What of one source settles what; also a document of another account, by its number."""

    other_document = forms.CharField(label=_("A document of another account"), max_length=60, required=False)
    other_amount = AmountField(label=_("Amount for it"), required=False)

    def clean(self) -> dict[str, Any]:
        """Something must be given to something."""
        cleaned = super().clean() or {}
        if cleaned.get("other_amount") and not cleaned.get("other_document"):
            self.add_error("other_document", _("Which document is it for?"))
        given = [cleaned.get(_name(item)) for item in self.items] + [cleaned.get("other_document")]
        if not any(given) and not self.errors:
            raise ValidationError(_("Give at least one document something."))
        return cleaned


class MoveForm(ActForm):
    """Shares of money for the accounts where it belongs; an empty line is left out."""

    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        for place in range(SHARES_MAX):
            widget = forms.TextInput(attrs={"placeholder": "BA-00000017"})
            number = forms.CharField(label=_("Account"), max_length=30, required=False, widget=widget)
            self.fields[f"number_{place}"] = number
            self.fields[f"amount_{place}"] = AmountField(label=_("Amount"), required=False)

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The lines, for the table in the drawer."""
        return [(self[f"number_{place}"], self[f"amount_{place}"]) for place in range(SHARES_MAX)]

    def shares(self) -> list[tuple[str, str, Money]]:
        """Field, account number and amount of each line that is filled."""
        given = []
        for place in range(SHARES_MAX):
            number, amount = self.cleaned_data.get(f"number_{place}"), self.cleaned_data.get(f"amount_{place}")
            if number and amount:
                given.append((f"number_{place}", number, Money.of(amount, self.currency)))
        return given

    def clean(self) -> dict[str, Any]:
        """Each line has both, and there is one at least."""
        cleaned = super().clean() or {}
        for place in range(SHARES_MAX):
            number, amount = cleaned.get(f"number_{place}"), cleaned.get(f"amount_{place}")
            if bool(number) != bool(amount):
                missing = f"amount_{place}" if number else f"number_{place}"
                self.add_error(missing, _("A share has an account and an amount."))
        if not any(cleaned.get(f"number_{place}") for place in range(SHARES_MAX)) and not self.errors:
            self.add_error("number_0", _("Say where the money belongs."))
        return cleaned


class ConversionForm(ActForm):
    """Money to be changed into the currency of an account, by the rate of a day."""

    account_number = forms.CharField(
        label=_("For account"), max_length=30, widget=forms.TextInput(attrs={"placeholder": "BA-00000017"})
    )
    amount = AmountField(label=_("Amount"))
    on = DayField(label=_("Rate of the day"))
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class ConversionBackForm(ActForm):
    """A change of money taken back."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class RefundForm(ActForm):
    """Money that goes back."""

    amount = AmountField(label=_("Amount"))
    value_date = DayField(label=_("Value date"))
    method = forms.ChoiceField(label=_("Method"), choices=list(METHODS.items()))
    reference = forms.CharField(label=_("Reference"), max_length=140, required=False)
    reason = forms.CharField(label=_("Why"), max_length=200)

    def clean_method(self) -> PaymentMethod:
        """The method as its own type."""
        return PaymentMethod(self.cleaned_data["method"])


class ReturnForm(ActForm):
    """Money that was taken back, or never came."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=list(RETURN_KINDS.items()),
        widget=forms.RadioSelect,
        initial=ReturnKind.RETURNED,
    )
    value_date = DayField(label=_("Value date of the return"))
    reason_code = forms.CharField(label=_("Code of the bank"), max_length=20, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean_kind(self) -> ReturnKind:
        """The kind as its own type."""
        return ReturnKind(self.cleaned_data["kind"])
