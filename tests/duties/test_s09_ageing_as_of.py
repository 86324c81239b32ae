"""S09: Age receivables as of any past date (by due or document date, own buckets, disputed/held split), and the total
equals the ledger.
"""

from datetime import date

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import payments, report
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.receivables.operations import place_hold
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_ana, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S09")]


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


def test_s09_ageing_as_of_a_past_date_equals_the_ledger(tmp_path):
    ana = make_ana()
    item = make_item(ana, "100.00", dated="2026-01-05", due="2026-02-04")
    hold = {"reason": HoldReason.DISPUTE, "amount": Money.of("25.00", "ZAR"), "valid_from": date(2026, 2, 5)}
    place_hold(act=make_act(), open_item_id=item.pk, **hold)
    receive(ana, "60.00")
    sheet = tmp_path / "ageing.xlsx"
    asked = {"2026-02-09": ("100.00", "25.00"), "2026-02-10": ("40.00", "25.00"), "2026-02-04": ("100.00", "0.00")}
    for day, (total, disputed) in asked.items():
        [row] = type_in(report.app, "ageing", "--as-of", day, "--xlsx", sheet)["totals"]
        assert (row["total"], row["disputed"], row["ledger"], row["difference"]) == (total, disputed, total, "0.00")
    own = type_in(report.app, "ageing", "--as-of", "2026-02-10", "--by", "document", "--buckets", "7,14,60")
    assert own["accounts"][0]["buckets"] == {"0-7": "0.00", "8-14": "0.00", "15-60": "40.00", "61+": "0.00"}
    assert sheet.read_bytes().startswith(b"PK")
