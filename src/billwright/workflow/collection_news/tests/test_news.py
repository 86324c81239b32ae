"""Customers hear of debits to come, of failed ones and of what ends soon: once each, in their language."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from billwright.accounts.rows import ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.comms.models import OutgoingMessage
from billwright.kernel import outbox
from billwright.kernel.models import OutboxEvent
from billwright.kernel.tests.builders import make_act
from billwright.org.operations import set_convention
from billwright.org.queries import get_legal_entity
from billwright.payments.operations import warn_of_expiry
from billwright.payments.queries.collections import list_collections
from billwright.payments.states import FailurePlan
from billwright.receivables.tests.builders import make_item
from billwright.workflow.collecting import record_failure
from billwright.workflow.collecting.tests.builders import ACTION_DAY, make_company, make_mandate, submitted
from billwright.workflow.collection_news import announce_debits, list_announcements
from billwright.workflow.collection_news.telling import ASK, purpose_of, tell_of_failure

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture
def anke():
    """A payer in Germany, by SEPA, told 14 days before as the rule says; she reads German."""
    entity, _bank = make_company(notice_days=None)
    contact = ContactDraft(name="Anke Beispiel", email="anke@example.org", language="de")
    account = make_account(
        entity, make_customer("Anke Beispiel", country="DE"), currency="EUR", contacts=(contact,), language="de"
    )
    make_mandate(account, ends_on=date(2026, 3, 31))
    return account


def announced(account, day):
    return announce_debits(
        act=make_act(at=f"{day}T07:00:00"), legal_entity_id=account.legal_entity_id, as_of=date.fromisoformat(day)
    )


def mails(purpose):
    return list(OutgoingMessage.objects.filter(purpose=purpose).order_by("id"))


def test_a_debit_is_announced_on_the_last_day_of_the_rule_and_once(anke):
    make_item(anke, "115.00", due="2026-03-09", dated="2026-02-02")
    days = ("2026-02-22", "2026-02-23", "2026-02-23", "2026-02-24")
    assert [announced(anke, day) for day in days] == [0, 1, 0, 0]
    [mail] = mails("debit.announced")
    assert "115,00" in mail.subject
    assert "09.03.2026" in mail.subject
    assert "DE98ZZZ09999999999" in mail.body
    assert (mail.to_address, mail.language, mail.account_ref) == ("anke@example.org", "de", anke.id)
    make_item(anke, "20.00", due="2026-03-09", dated="2026-02-20")
    assert announced(anke, "2026-02-25") == 1
    assert "135,00" in mails("debit.announced")[-1].body


def test_a_failure_is_told_with_what_happens_next_and_a_dispute_is_not(anke):
    make_item(anke, "115.00", due="2026-03-09", dated="2026-02-02")
    [debit] = list_collections(run_id=submitted(get_legal_entity(legal_entity_id=anke.legal_entity_id)).id)
    failed = record_failure(act=make_act(at="2026-03-10T08:00:00"), collection_id=debit.id, code="AM04", on=ACTION_DAY)
    outbox.deliver_waiting(at=AT)
    # Delivered a second time it adds nothing.
    tell_of_failure(OutboxEvent.objects.get(topic="collection.failed"), AT)
    [mail] = mails("debit.failed_retry")
    assert failed.retry_on is not None
    assert failed.retry_on.strftime("%d.%m.%Y") in mail.body
    assert mail.about == f"collection:{debit.id}"
    told = {plan: purpose_of(replace(failed, plan=plan), is_token=False) for plan in FailurePlan}
    assert (told[FailurePlan.ANSWER], told[FailurePlan.STOP], told[FailurePlan.CONTACT]) == (None, None, ASK)
    assert purpose_of(replace(failed, plan=FailurePlan.STOP), is_token=True) == ASK


def test_a_mandate_that_ends_is_told_of_unless_the_company_sends_no_news(anke):
    warn_of_expiry(
        act=make_act(at="2026-03-10T08:00:00"), legal_entity_id=anke.legal_entity_id, on=date(2026, 3, 10), days=30
    )
    outbox.deliver_waiting(at=AT)
    assert "31.03.2026" in mails("mandate.expiring")[0].subject
    set_convention(
        act=make_act(), legal_entity_id=anke.legal_entity_id, option="debit_news", value="never",
        valid_from=date(2026, 3, 1),
    )  # fmt: skip
    make_item(anke, "115.00", due="2026-03-20", dated="2026-02-02")
    assert announced(anke, "2026-03-10") == 0


def test_what_is_to_be_told_is_listed_with_what_was(anke):
    make_item(anke, "115.00", due="2026-03-09", dated="2026-02-02")

    def listed(day):
        return list_announcements(legal_entity_id=anke.legal_entity_id, as_of=date.fromisoformat(day))

    assert listed("2026-02-22") == []
    [row] = listed("2026-02-23")
    assert (row.account_id, str(row.amount.decimal), row.debited_on) == (anke.id, "115.00", ACTION_DAY)
    assert (row.is_mailed, row.message_id) == (True, None)
    announced(anke, "2026-02-23")
    assert listed("2026-02-24")[0].message_id == mails("debit.announced")[0].id
    set_convention(
        act=make_act(), legal_entity_id=anke.legal_entity_id, option="debit_news", value="never",
        valid_from=date(2026, 2, 1),
    )  # fmt: skip
    assert listed("2026-02-24") == []
