"""What is a valid number, mailbox or zone, and how alike two parties are."""

import pytest

from billwright.accounts.policies import (
    Party,
    account_number,
    check_country,
    check_email,
    check_language,
    check_phone,
    check_tax_number,
    check_timezone,
    likeness,
    name_key,
)
from billwright.kernel.errors import Refusal


@pytest.mark.parametrize(
    ("country", "given", "kept"),
    [
        ("ZA", "4123 456 789", "4123456789"),
        ("BG", "BG 175074752", "175074752"),
        ("DE", "DE 136,695 976", "136695976"),
        ("IN", "27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        ("US", "12-3456789", "123456789"),
        ("ZA", "", ""),
    ],
)
def test_tax_numbers_are_kept_compact(country, given, kept):
    assert check_tax_number(given, country=country) == kept


@pytest.mark.parametrize(
    ("country", "given"),
    [("ZA", "5123456789"), ("ZA", "412345678"), ("BG", "175074751"), ("DE", "136695977"), ("IN", "27AAPFU0939F1ZW")],
)
def test_a_wrong_digit_in_a_tax_number_is_refused(country, given):
    with pytest.raises(Refusal) as refused:
        check_tax_number(given, country=country)
    assert (refused.value.code, refused.value.field) == ("tax_number.not_valid", "tax_number")


def test_telephones_are_kept_in_one_form():
    assert check_phone("082 123 4567", country="ZA") == check_phone("+27 (82) 123-4567", country="BG") == "+27821234567"


@pytest.mark.parametrize(
    ("check", "value", "code"),
    [
        (check_country, "ZX", "country.unknown"),
        (check_country, "EU", "country.unknown"),
        (check_timezone, "Africa/Jozi", "timezone.unknown"),
        (check_language, "xx", "language.unknown"),
        (check_email, "ana@", "email.not_valid"),
        (lambda value: check_phone(value, country="ZA"), "12", "phone.not_valid"),
    ],
)
def test_what_is_not_valid_is_refused_with_its_cure(check, value, code):
    with pytest.raises(Refusal) as refused:
        check(value)
    assert refused.value.code == code
    assert refused.value.field
    assert refused.value.cure


def test_account_numbers_end_in_a_check_digit():
    assert [account_number(1), account_number(1234567)] == ["BA-00000018", "BA-12345674"]


def test_names_are_compared_without_legal_form_case_and_order():
    assert name_key("Karoo Hosting (Pty) Ltd.") == name_key("hosting, KAROO") == "hosting karoo"


def party(**values):
    facts = {"name": "Ana Botha", "country": "ZA", "tax_number": "", "emails": frozenset(), "phones": frozenset()}
    return Party(customer_id=1, **{**facts, **values})


def test_evidence_adds_up_and_names_its_reasons():
    mail = frozenset({"ana@example.com"})
    one = likeness(party(emails=mail), party(emails=mail, name="Someone Else"))
    both = likeness(party(emails=mail), party(emails=mail))
    assert (one.score, one.reasons) == (80, ("same e-mail ana@example.com",))
    assert both.score == 95
    assert len(both.reasons) == 2


def test_a_name_alone_in_another_country_is_no_evidence():
    assert likeness(party(), party(country="BG")).score == 0
