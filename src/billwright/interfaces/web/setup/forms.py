"""Forms of the set-up."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from billwright.interfaces.web.forms import ActForm, DayField
from billwright.interfaces.web.terms import TermsField
from billwright.org.queries import list_currencies
from billwright.org.states import DocumentKind

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
Choice = tuple[str, str | Promise]
LOGO_BYTES_MAX = 512 * 1024


# Nothing is chosen for the person: a wrong country would be for life.
_CHOOSE = ("", _("Choose …"))


def countries() -> list[Choice]:
    """The countries of the world by name, in the reader's language."""
    names = _locale().territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return [_CHOOSE, *sorted(found, key=lambda pair: pair[1])]


def currencies() -> list[Choice]:
    """The currencies that the books can hold, with their names."""
    names = _locale().currencies
    return [_CHOOSE, *((code, f"{code} · {names[code]}" if code in names else code) for code in list_currencies())]


def timezones() -> list[Choice]:
    """Time zones as people know them: by continent and city."""
    zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    return [_CHOOSE, *((zone, zone.replace("_", " ")) for zone in zones)]


def month_name(number: int) -> str:
    """January for 1, in the reader's language."""
    return str(_locale().months["stand-alone"]["wide"][number])


def _locale() -> Locale:
    return Locale.parse((get_language() or "en").partition("-")[0])


class _EntityFields(ActForm):
    """What may be changed of a company later as well."""

    name = forms.CharField(label=_("Legal name"), max_length=200)
    language = forms.ChoiceField(label=_("Language of documents"), choices=settings.LANGUAGES, initial="en")
    tax_number = forms.CharField(label=_("Tax number"), max_length=40, required=False)
    registration_number = forms.CharField(label=_("Registration number"), max_length=60, required=False)
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    region = forms.CharField(
        label=_("State or province"),
        max_length=40,
        required=False,
        help_text=_("In India the state code, such as KL: tax depends on it."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Sender of the documents."))
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    website = forms.CharField(label=_("Website"), max_length=200, required=False)


class CompanyForm(_EntityFields):
    """A company as it is first entered; code, country, currency and time zone are for life."""

    field_order = ["code", "name", "country", "base_currency", "timezone", "language"]

    code = forms.SlugField(
        label=_("Short code"), max_length=20, help_text=_("Letters and digits, such as KAROO. It stands in addresses.")
    )
    country = forms.ChoiceField(label=_("Country"), choices=countries)
    base_currency = forms.ChoiceField(label=_("Currency of the books"), choices=currencies)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=timezones)

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()


class CompanyChangeForm(_EntityFields):
    """What may change of a company."""


class TermsForm(ActForm):
    """When invoices are due where the account says nothing, and the words at the foot of documents."""

    payment_terms_days = forms.IntegerField(label=_("Days until due"), min_value=0, max_value=365)
    payment_parts = TermsField(
        help_text=_("Instead of the days, one part a line: 40% after 10 days · rest after 2 months on day 20")
    )
    fiscal_year_starts_month = forms.TypedChoiceField(label=_("Fiscal year starts in"), coerce=int)
    document_footer = forms.CharField(
        label=_("Foot of documents"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: forms.TypedChoiceField = self.fields["fiscal_year_starts_month"]  # type: ignore[assignment]
        field.choices = [(number, month_name(number)) for number in range(1, 13)]


class LogoForm(ActForm):
    """A picture file; what it is, its content says, not its name."""

    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("SVG or PNG, at most 512 KB. A wide picture on white or clear ground prints best."),
        widget=forms.FileInput(attrs={"accept": "image/svg+xml,image/png"}),
    )

    def clean_logo(self) -> tuple[bytes, str]:
        """The bytes and their media type."""
        file: UploadedFile[bytes] = self.cleaned_data["logo"]
        if (file.size or 0) > LOGO_BYTES_MAX:
            raise forms.ValidationError(gettext("The file is larger than 512 KB. Save it smaller."))
        content = file.read()
        if content.startswith(PNG_SIGNATURE):
            return content, "image/png"
        if b"<svg" in content[:2000].lower():
            return content, "image/svg+xml"
        raise forms.ValidationError(gettext("This is neither an SVG nor a PNG picture. Export it as one of them."))


class BankForm(ActForm):
    """An account of ours that customers pay into."""

    label = forms.CharField(label=_("Short name"), max_length=80, help_text=_("How you call it, such as Main account."))
    holder = forms.CharField(label=_("Account holder"), max_length=200)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    iban = forms.CharField(label=_("IBAN"), max_length=42, required=False)
    bic = forms.CharField(label=_("BIC"), max_length=11, required=False)
    account_number = forms.CharField(label=_("Account number"), max_length=40, required=False)
    branch_code = forms.CharField(label=_("Branch or sort code"), max_length=20, required=False)
    payment_address = forms.CharField(
        label=_("Payment address"),
        max_length=80,
        required=False,
        help_text=_(
            "For codes to scan: a UPI address, or in South Africa SCHEME/MERCHANT or the SnapScan link as your provider"
            " gave them."
        ),
    )
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_iban(self) -> str:
        """Checked by its check digits and the length of its country."""
        text = str(self.cleaned_data["iban"]).replace(" ", "").upper()
        if not text:
            return ""
        try:
            return str(IBAN(text))
        except SchwiftyException as error:
            raise forms.ValidationError(gettext("This IBAN is not right: a digit is wrong or missing.")) from error

    def clean_bic(self) -> str:
        """Checked by its form."""
        text = str(self.cleaned_data["bic"]).replace(" ", "").upper()
        if not text:
            return ""
        try:
            return str(BIC(text))
        except SchwiftyException as error:
            raise forms.ValidationError(gettext("A BIC has 8 or 11 letters and digits.")) from error

    def clean(self) -> dict[str, Any]:
        """A customer needs an account to pay into."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("iban") and not cleaned.get("account_number"):
            self.add_error("iban", gettext("Give the IBAN or the account number."))
        return cleaned


class TaxPackForm(ActForm):
    """Which country's tax."""

    country = forms.ChoiceField(label=_("Tax pack"))


KINDS = {
    DocumentKind.INVOICE: _("Invoices"),
    DocumentKind.CREDIT_NOTE: _("Credit notes"),
    DocumentKind.DEBIT_NOTE: _("Debit notes"),
    DocumentKind.RECEIPT: _("Receipts"),
    DocumentKind.REFUND: _("Refunds"),
    DocumentKind.JOURNAL: _("Manual journals"),
}


class SeriesForm(ActForm):
    """A new series of numbers from a day on."""

    kind = forms.ChoiceField(label=_("For"), choices=list(KINDS.items()))
    # Django keeps a class attribute of this name for itself; the declared field takes no part in it.
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("Prefix"), max_length=12, required=False, help_text=_("Such as INV-27-.")
    )
    width = forms.IntegerField(label=_("Digits"), min_value=1, max_value=12, initial=6)
    valid_from = DayField(label=_("From"))


class RateForm(ActForm):
    """What one unit of a currency is worth in another, from a day on."""

    from_currency = forms.ChoiceField(label=_("One unit of"), choices=currencies)
    rate = forms.DecimalField(label=_("Is worth"), max_digits=24, decimal_places=12)
    to_currency = forms.ChoiceField(label=_("Of"), choices=currencies)
    valid_from = DayField(label=_("From"))
    source = forms.CharField(
        label=_("Source"), max_length=80, required=False, help_text=_("Who publishes it, such as a central bank.")
    )


class ConventionForm(ActForm):
    """A value of one convention from a day on."""

    value = forms.ChoiceField(label=_("Value"), widget=forms.RadioSelect)
    valid_from = DayField(label=_("From"))


class MailTestForm(ActForm):
    """Where the test goes."""

    to_address = forms.EmailField(label=_("To"))
