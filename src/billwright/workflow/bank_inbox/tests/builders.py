"""Invented MT940 files of one account, and taking them in."""

from __future__ import annotations

from decimal import Decimal

from billwright.kernel.tests.builders import make_act
from billwright.org.models import OwnBankAccount
from billwright.payments.models import BankEntry
from billwright.receivables.tests.builders import make_ana
from billwright.workflow.bank_inbox import take_bank_file

IBAN = "NL91ABNA0417164300"


def make_bank_account(*, iban=IBAN, currency="ZAR", label="Current", **values):
    """A bank account of the legal entity that Ana owes to."""
    entity_id = make_ana().legal_entity_id
    return OwnBankAccount.objects.create(
        legal_entity_id=entity_id, label=label, holder="Harbour Water", iban=iban, currency_id=currency, **values
    )


def shown(amount):
    return f"{abs(amount):.2f}".replace(".", ",")


def balance(amount, day, currency):
    return f"{'C' if amount >= 0 else 'D'}{day}{currency}{shown(amount)}"


def mt940(*entries, opening="100.00", number="1", iban=IBAN, currency="ZAR", closing=None):
    """A statement of (day, amount, text) entries, day as YYMMDD; its closing balance is right unless one is given."""
    total = Decimal(opening) + sum(Decimal(amount) for _day, amount, _text in entries)
    lines = [":20:X", f":25:{iban}", f":28C:{number}", f":60F:{balance(Decimal(opening), '260301', currency)}"]
    for day, amount, text in entries:
        mark = "D" if Decimal(amount) < 0 else "C"
        lines += [f":61:{day}{day[2:]}{mark}{shown(Decimal(amount))}NTRFNONREF", f":86:{text}"]
    last = Decimal(closing) if closing else total
    return "\n".join([*lines, f":62F:{balance(last, '260331', currency)}", "-", ""])


def take(text, *, at="2026-04-01T09:00:00", name="bank.sta", **values):
    content = text if isinstance(text, bytes) else text.encode()
    return take_bank_file(act=make_act(at=at), name=name, content=content, **values)


def amounts():
    """What the inbox holds: day, minor units, text, sorted."""
    return sorted(BankEntry.objects.values_list("booking_date", "amount_minor", "remittance"))
