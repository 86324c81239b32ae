"""Pure decisions about customers: what a valid number, mailbox or zone is, and how alike two parties are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale, localedata
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from rapidfuzz import fuzz
from stdnum import get_cc_module, luhn
from stdnum.exceptions import ValidationError as NumberInvalid

from billwright.kernel.errors import Refusal

# Above this, two names alone are worth a look; taken from trying pairs such as "Acme (Pty) Ltd" / "ACME Pty Limited".
NAME_ALIKE_MIN = 88
DUPLICATE_SCORE_MIN = 60
# How much each agreement says on its own, in percent; they combine as independent evidence.
TAX_NUMBER_WEIGHT, EMAIL_WEIGHT, PHONE_WEIGHT, NAME_WEIGHT = 95, 80, 70, 75

_LEGAL_FORMS = re.compile(
    r"\b(pty|ltd|limited|llc|inc|incorporated|gmbh|ag|plc|corp|corporation|company|co|cc|npc|pvt|private|eood|ood|ad|bv|sa|sarl)\b"
)
_NOT_WORDS = re.compile(r"[^\w]+")
# VAT registrations of South Africa: ten digits that begin with 4 (SARS, VAT 404).
_ZA_VAT = re.compile(r"4\d{9}")


def check_country(value: str, *, field: str = "country") -> str:
    """An ISO 3166-1 code in capitals, or a refusal."""
    code = value.strip().upper()
    if code not in _countries():
        raise Refusal(
            "country.unknown",
            _("%(value)r is not a country.") % {"value": value},
            field=field,
            cure=_("Use the two letters of ISO 3166, such as ZA."),
        )
    return code


@cache
def _countries() -> frozenset[str]:
    not_countries = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - not_countries


def check_timezone(value: str, *, field: str = "timezone") -> str:
    """A time zone of the IANA database, or a refusal."""
    if value not in _zones():
        raise Refusal(
            "timezone.unknown",
            _("%(value)r is not a time zone.") % {"value": value},
            field=field,
            cure=_("Use a name such as Africa/Johannesburg."),
        )
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_language(value: str, *, field: str = "language") -> str:
    """A language code such as `en`, `af` or `pt-BR`, or a refusal."""
    if not value or not localedata.exists(value.replace("-", "_")):
        raise Refusal(
            "language.unknown",
            _("%(value)r is not a language.") % {"value": value},
            field=field,
            cure=_("Use a code such as en, af, bg, de or hi."),
        )
    return value


def check_email(value: str, *, field: str = "email") -> str:
    """A mailbox without surrounding blanks, or a refusal. Empty stays empty."""
    text = value.strip()
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise Refusal(
                "email.not_valid",
                _("%(value)r is not an e-mail address.") % {"value": value},
                field=field,
                cure=_("Write it as name@example.com."),
            ) from error
    return text


def check_phone(value: str, *, country: str, field: str = "phone") -> str:
    """The number as E.164 (+27821234567), read as a number of `country` without a +, or a refusal."""
    text = value.strip()
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Refusal(
            "phone.not_valid",
            _("%(value)r is not a telephone number of %(country)s.") % {"value": value, "country": country},
            field=field,
            cure=_("Write it with the country code, such as +27 82 123 4567."),
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_tax_number(value: str, *, country: str, field: str = "tax_number") -> str:
    """The tax number in its compact form; its check digits are proved where the country's scheme is known."""
    text = value.strip()
    if not text:
        return ""
    compact = re.sub(r"[\s.\-/]", "", text).upper()
    scheme = get_cc_module("in_" if country == "IN" else country.lower(), "vat")
    try:
        if country == "ZA":
            valid = _ZA_VAT.fullmatch(compact) is not None
        elif scheme is not None:
            compact, valid = str(scheme.validate(text)), True
        else:
            valid = re.fullmatch(r"[A-Z0-9]{4,20}", compact) is not None
    except NumberInvalid:
        valid = False
    if not valid:
        raise Refusal(
            "tax_number.not_valid",
            _("%(value)r is not a tax number of %(country)s.") % {"value": value, "country": country},
            field=field,
            cure=_("Compare it with the registration certificate; one digit is often wrong."),
        )
    return compact


def check_length(value: str, *, field: str, length_max: int) -> str:
    """Text within its column and without control characters, or a refusal."""
    text = value.strip()
    if len(text) > length_max:
        raise Refusal(
            "text.too_long",
            _("The text has %(count)d characters.") % {"count": len(text)},
            field=field,
            cure=_("Give at most %(count)d.") % {"count": length_max},
        )
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise Refusal("text.control_character", _("The text holds a control character."), field=field)
    return text


def account_number(serial: int) -> str:
    """A billing account number: a serial and its Luhn digit, so that a mistyped one is noticed."""
    digits = f"{serial:07d}"
    return f"BA-{digits}{luhn.calc_check_digit(digits)}"


def name_key(name: str) -> str:
    """A name for comparing: lower case, no legal form, no punctuation, words in order."""
    words = _NOT_WORDS.sub(" ", _LEGAL_FORMS.sub(" ", name.casefold().replace(".", ""))).split()
    return " ".join(sorted(words))


@dataclass(frozen=True, slots=True)
class Party:
    """What duplicate detection compares of a customer."""

    customer_id: int
    name: str
    country: str
    tax_number: str
    emails: frozenset[str]
    phones: frozenset[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two parties are one (0 to 100), and why."""

    score: int
    reasons: tuple[str, ...]


def likeness(one: Party, other: Party) -> Likeness:
    """Compare two parties. Agreements count as independent evidence: 1 - product of the doubts."""
    doubt, reasons = 1.0, list[str]()
    if one.tax_number and one.tax_number == other.tax_number:
        doubt *= 1 - TAX_NUMBER_WEIGHT / 100
        reasons.append(_("same tax number"))
    if shared := sorted(one.emails & other.emails):
        doubt *= 1 - EMAIL_WEIGHT / 100
        reasons.append(_("same e-mail %(email)s") % {"email": shared[0]})
    if numbers := sorted(one.phones & other.phones):
        doubt *= 1 - PHONE_WEIGHT / 100
        reasons.append(_("same telephone %(phone)s") % {"phone": numbers[0]})
    alike = fuzz.ratio(name_key(one.name), name_key(other.name)) if one.country == other.country else 0
    if alike >= NAME_ALIKE_MIN:
        doubt *= 1 - NAME_WEIGHT / 100 * alike / 100
        reasons.append(_("names alike by %(percent)d %%") % {"percent": round(alike)})
    return Likeness(round(100 * (1 - doubt)), tuple(reasons))
