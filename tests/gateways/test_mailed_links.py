"""Statements carry a link to pay where their company chose so: mail and paper the same one, each statement its own."""

import io
import re
from datetime import date

import pypdf
import pytest
from django.test import Client

from billwright.comms.queries import list_messages
from billwright.invoicing.tests.builders import make_payer
from billwright.kernel import clock
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.operations import set_convention
from billwright.payments import links
from billwright.payments.models import PaymentLink
from billwright.payments.ports import pages
from billwright.receivables.tests.builders import make_item
from billwright.reporting.mail_files import REPORT_FILES
from billwright.workflow.statements import send_statements

pytestmark = pytest.mark.django_db
HOST = "https://billing.example"


@pytest.fixture
def known_address(monkeypatch):
    """An installation that knows where it runs."""
    monkeypatch.setattr(pages._Wiring, "address_of", lambda token: f"{HOST}/pay/{token}/")


def choose(account, *, since="2026-01-01"):
    set_convention(
        act=make_act(), legal_entity_id=account.legal_entity_id, option="payment_links", value="with_mails",
        valid_from=date.fromisoformat(since),
    )  # fmt: skip


def sent(account, on):
    """The mail with the statement of a day, and the text of the paper that goes with it."""
    act = make_act(at=f"{on}T10:00:00")
    send_statements(
        act=act, legal_entity_id=account.legal_entity_id, as_of=date.fromisoformat(on), account_ids=(account.id,)
    )
    mail = list_messages(about=f"statement:{account.id}:{on}")[0]
    (file,) = REPORT_FILES.files_of(purpose=mail.purpose, about=mail.about)
    reader = pypdf.PdfReader(io.BytesIO(file.content))
    targets = [
        note.get_object()["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", []) or []
        if "/URI" in note.get_object().get("/A", {})
    ]  # fmt: skip
    return mail.body, targets


@pytest.mark.usefixtures("known_address")
def test_the_link_of_a_statement_opens_what_is_owed():
    ana = make_payer(make_books("KAROO"))
    make_item(ana, "115.00")
    assert "/pay/" not in sent(ana, "2026-02-27")[0]
    choose(ana)
    body, targets = sent(ana, "2026-02-28")
    [address] = re.findall(rf"{HOST}/pay/\S+/", body)
    assert "30 Mar 2026" in body
    # A link of the mail is in its paper, and nowhere else.
    assert targets == [address]
    [link] = PaymentLink.objects.all()
    assert (link.account_id, link.invoice_ids, link.created_by) == (ana.id, [], make_act().actor)
    with clock.standing_at(make_act(at="2026-03-20T10:00:00").at):
        assert "115.00" in Client().get(address.removeprefix(HOST)).content.decode()
    with clock.standing_at(make_act(at="2026-04-20T10:00:00").at):
        assert Client().get(address.removeprefix(HOST)).status_code == 404
    assert sent(ana, "2026-02-28")[0] == body
    assert sent(ana, "2026-03-31")[1] not in ([], targets)
    assert PaymentLink.objects.count() == 2
    links.revoke_link(payment_link_id=link.pk)
    assert sent(ana, "2026-02-28")[1] == []


@pytest.mark.usefixtures("known_address")
def test_nobody_is_asked_to_pay_what_he_does_not_owe():
    ana = make_payer(make_books("KAROO"))
    choose(ana)
    make_item(ana, "-15.00")
    body, targets = sent(ana, "2026-02-28")
    assert ("/pay/" in body, targets, PaymentLink.objects.count()) == (False, [], 0)


def test_an_installation_that_does_not_know_its_address_sends_none():
    ana = make_payer(make_books("KAROO"))
    choose(ana)
    make_item(ana, "115.00")
    body, targets = sent(ana, "2026-02-28")
    assert ("/pay/" in body, targets, PaymentLink.objects.count()) == (False, [], 0)
