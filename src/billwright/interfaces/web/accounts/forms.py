"""Forms of customers, accounts and what hangs on them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from billwright.accounts.layouts import BOX_TITLE_LENGTH_MAX, FOOTER_LENGTH_MAX, DocumentLayout
from billwright.accounts.rows import AccountChange, ReferenceRow
from billwright.accounts.states import AddressKind, ContactRole, CustomerKind, InvoiceDelivery, SplitBy
from billwright.interfaces.web.accounts.choices import (
    ADDRESS_KINDS,
    COLUMNS,
    CONTACT_ROLES,
    CUSTOMER_KINDS,
    DELIVERIES,
    GROUPINGS,
    HOLD_REASONS,
    LANGUAGES,
    PLACES,
    REQUIRABLE,
    SPLITS,
    TAX_TREATMENTS,
    choices,
)
from billwright.interfaces.web.amounts import AmountField
from billwright.interfaces.web.forms import ActForm, DayField
from billwright.interfaces.web.terms import TermsField
from billwright.org.states import TaxTreatment
from billwright.receivables.states import HoldReason

REFERENCES_MAX = 6


def _text(label: object, length_max: int, *, required: bool = False, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, max_length=length_max, required=required, widget=widget)  # type: ignore[arg-type]


class CustomerForm(ActForm):
    """Who owes: as printed on documents."""

    name = _text(_("Name, as printed on documents"), 200, required=True)
    kind = forms.ChoiceField(label=_("Kind"), choices=choices(CUSTOMER_KINDS), initial=CustomerKind.ORGANIZATION)
    country = _text(_("Country"), 2, required=True, placeholder="ZA", autocomplete="country")
    timezone = _text(_("Time zone"), 60, required=True, placeholder="Africa/Johannesburg")
    language = forms.ChoiceField(label=_("Language"), choices=choices(LANGUAGES), initial="en")
    tax_number = _text(_("Tax number"), 40)
    registration_number = _text(_("Registration number"), 60)
    first_name = _text(_("First name"), 100)
    last_name = _text(_("Last name"), 100)
    reference = _text(_("Number in another system"), 80)

    def clean_country(self) -> str:
        """Countries are written in capitals, whoever types them."""
        return str(self.cleaned_data["country"]).upper()

    def clean_kind(self) -> CustomerKind:
        """The kind as its own type."""
        return CustomerKind(self.cleaned_data["kind"])


class VersionedForm(ActForm):
    """An edit of what stood at a version; why and since when go to its history."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = _text(_("Why"), 200)
    effective_on = DayField(label=_("True since"), required=False)


class CustomerChangeForm(CustomerForm, VersionedForm):
    """A customer corrected."""


class AccountForm(ActForm):
    """How an account is billed. Currency and company never change, so they stand on the form of a new one only."""

    name = _text(_("Name, if not the customer's"), 200)
    cycle_day = forms.IntegerField(
        label=_("Billing day"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=_("Empty: the day on which the first period begins. 31: the last day."),
    )
    payment_terms_days = forms.IntegerField(
        label=_("Payment terms (days)"), required=False, min_value=0, help_text=_("Empty: the company's.")
    )
    payment_parts = TermsField()
    delivery = forms.ChoiceField(
        label=_("Documents are sent"), choices=choices(DELIVERIES), initial=InvoiceDelivery.EMAIL
    )
    tax_treatment = forms.ChoiceField(
        label=_("Tax treatment"), choices=choices(TAX_TREATMENTS), initial=TaxTreatment.DOMESTIC
    )
    tax_exemption_reason = _text(_("Reason of exemption"), 200)
    place_of_supply = _text(_("Place of supply"), 40)
    purchase_order = _text(_("Purchase order"), 60)
    cost_center = _text(_("Cost centre"), 60)
    payment_method = _text(_("Usually pays by"), 40)
    credit_class = _text(_("Credit class"), 20)
    reference = _text(_("Number in another system"), 80)
    language = forms.ChoiceField(label=_("Language"), choices=choices(LANGUAGES), required=False)
    timezone = _text(_("Time zone"), 60)

    def clean_delivery(self) -> InvoiceDelivery:
        """The delivery as its own type."""
        return InvoiceDelivery(self.cleaned_data["delivery"])

    def clean_tax_treatment(self) -> TaxTreatment:
        """The treatment as its own type."""
        return TaxTreatment(self.cleaned_data["tax_treatment"])


class AccountChangeForm(AccountForm, VersionedForm):
    """An account corrected."""


class DocumentsForm(VersionedForm):
    """How an account's documents are split, what they must refer to, and how they are laid out."""

    split_by = forms.ChoiceField(label=_("Split a bill run's documents"), choices=choices(SPLITS))
    required_references = forms.MultipleChoiceField(
        label=_("Required on everything it is billed"),
        choices=choices(REQUIRABLE),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A manual invoice without it is refused; a bill run finds what lacks it."),
    )
    group_by = forms.ChoiceField(
        label=_("Group the lines"), choices=choices(GROUPINGS), required=False, help_text=_("With a subtotal each.")
    )
    hide = forms.MultipleChoiceField(
        label=_("Leave out columns"),
        choices=choices(COLUMNS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A quantity or price left out of the columns stands beneath the text: the law wants it said."),
    )
    references = forms.ChoiceField(label=_("References stand"), choices=choices(PLACES))
    box_title = _text(_("Title of that box"), BOX_TITLE_LENGTH_MAX)
    footer = forms.CharField(
        label=_("Text beneath the lines"),
        max_length=FOOTER_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    field_order = (
        "split_by", "required_references", "group_by", "hide", "references", "box_title", "footer", "reason",
        "effective_on",
    )  # fmt: skip

    def change(self) -> AccountChange:
        """What is to change, as the verb takes it."""
        given = self.cleaned_data
        return AccountChange(
            split_by=SplitBy(given["split_by"]),
            required_references=tuple(given["required_references"]),
            layout=DocumentLayout(
                given["group_by"], tuple(given["hide"]), given["references"], given["box_title"], given["footer"]
            ),
        )


class NewAccountForm(AccountForm):
    """A first or further account of a customer."""

    legal_entity_id = forms.TypedChoiceField(label=_("Company"), coerce=int)
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    opened_on = DayField(label=_("Opened on"))
    number = _text(_("Account number"), 30)
    email = _text(_("E-mail for documents"), 254, type="email")
    field_order = ("legal_entity_id", "currency", "opened_on", "email", "number")

    def __init__(self, *args: Any, entities: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["legal_entity_id"].choices = entities  # type: ignore[attr-defined]
        self.fields["number"].help_text = _("Empty: the next one of ours.")

    def clean_currency(self) -> str:
        """Currencies are written in capitals, whoever types them."""
        return str(self.cleaned_data["currency"]).upper()


class ContactForm(ActForm):
    """A person or mailbox that may be asked."""

    role = forms.ChoiceField(label=_("Asked about"), choices=choices(CONTACT_ROLES), initial=ContactRole.BILLING)
    name = _text(_("Name"), 200)
    email = _text(_("E-mail"), 254, type="email")
    phone = _text(_("Telephone"), 40, type="tel")

    def clean_role(self) -> ContactRole:
        """The role as its own type."""
        return ContactRole(self.cleaned_data["role"])


class ContactChangeForm(ContactForm):
    """A contact corrected, or retired."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    active = forms.BooleanField(label=_("Still the right contact"), required=False)


class AddressForm(ActForm):
    """An address from a day on."""

    kind = forms.ChoiceField(label=_("Kind"), choices=choices(ADDRESS_KINDS), initial=AddressKind.BILLING)
    valid_from = DayField(label=_("From"))
    addressee = _text(_("Addressee"), 200)
    street = _text(_("Street"), 200)
    postcode = _text(_("Postcode"), 20)
    city = _text(_("City"), 100)
    region = _text(_("Region"), 60)
    country = _text(_("Country"), 2, required=True, placeholder="ZA")

    def clean_kind(self) -> AddressKind:
        """The kind as its own type."""
        return AddressKind(self.cleaned_data["kind"])


class ReferencesForm(ActForm):
    """What the customer wants to read on documents, such as a vendor number. An empty label takes a line away."""

    def __init__(self, *args: Any, present: tuple[ReferenceRow, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        for place in range(max(REFERENCES_MAX, len(present) + 1)):
            row = present[place] if place < len(present) else None
            self.fields[f"label_{place}"] = _text(_("Label"), 60)
            self.fields[f"value_{place}"] = _text(_("Value"), 120)
            self.fields[f"required_{place}"] = forms.BooleanField(label=_("Required"), required=False)
            self.fields[f"label_{place}"].initial = row.label if row else ""
            self.fields[f"required_{place}"].initial = row is not None and row.required
            self.fields[f"value_{place}"].initial = row.value if row else ""

    def rows(self) -> tuple[ReferenceRow, ...]:
        """The lines that have a label."""
        given = cast("dict[str, str]", self.cleaned_data)
        places = [name.removeprefix("label_") for name in self.fields if name.startswith("label_")]
        return tuple(
            ReferenceRow(
                label=given[f"label_{place}"],
                value=given[f"value_{place}"],
                required=bool(given[f"required_{place}"]),
            )
            for place in places
            if given[f"label_{place}"]
        )


class NoteForm(ActForm):
    """A remark; it is never changed."""

    body = forms.CharField(
        label=_("Note"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6, "autofocus": True})
    )


class StatusNoteForm(ActForm):
    """Where the account stands, why, and what happens next."""

    status = _text(_("Status"), 80, required=True, placeholder="Waiting for a purchase order")
    cause = _text(_("Cause"), 200)
    next_action = _text(_("Next action"), 200)
    next_action_on = DayField(label=_("On"), required=False)


class CloseForm(ActForm):
    """Nothing new is billed from a day on."""

    closed_on = DayField(label=_("Bill nothing new from"))
    reason = _text(_("Why"), 200, required=True)


class ParentForm(ActForm):
    """Another account that pays for this one."""

    parent_number = _text(_("Number of the account that pays"), 30, required=True, placeholder="BA-00000017")
    valid_from = DayField(label=_("From"))


class EndParentForm(ActForm):
    """The day on which the account begins to pay for itself."""

    ends_before = DayField(label=_("Pays for itself from"))


class MergeForm(ActForm):
    """Why two customers are one party."""

    reason = _text(_("Why they are the same party"), 200, required=True)


class HoldForm(ActForm):
    """A reason not to chase an item, or a part of it."""

    open_item_id = forms.TypedChoiceField(label=_("Document"), coerce=int)
    hold_reason = forms.ChoiceField(label=_("Because"), choices=choices(HOLD_REASONS), initial=HoldReason.MANUAL)
    amount = AmountField(label=_("Amount"), required=False, help_text=_("Empty: all of it."))
    valid_from = DayField(label=_("From"))
    valid_until = DayField(label=_("Until, not including"), required=False, help_text=_("Empty: until released."))
    note = _text(_("Note"), 200)

    def __init__(self, *args: Any, items: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["open_item_id"].choices = items  # type: ignore[attr-defined]

    def clean_hold_reason(self) -> HoldReason:
        """The reason as its own type."""
        return HoldReason(self.cleaned_data["hold_reason"])


class CycleDayForm(ActForm):
    """On which day of the month periods end."""

    cycle_day = forms.IntegerField(
        label=_("Billing day"), min_value=1, max_value=31, help_text=_("31: the last day of each month.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
