"""The wording of mails, as a billing specialist changes it."""

import pytest

from billwright.access.states import Role
from billwright.comms import templates
from billwright.interfaces.web.setup.mail_words import MAILS, NAMES
from billwright.interfaces.web.subjects import url_of
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
PAGE = "/setup/wordings/invoice.issued/en/"


def test_every_mail_and_every_name_is_explained():
    assert set(templates.template_codes()) == set(MAILS)
    assert {name for code in MAILS for name in templates.allowed_names(code)} == set(NAMES)


def test_words_are_written_shown_saved_and_taken_back():
    client = logged_in(Role.BILLING_SPECIALIST)
    assert "Never changed here" in client.get(PAGE).content.decode()
    assert "{pay_online}" in client.get(f"{PAGE}change/").content.decode()
    words = {"subject": "Your bill {number}", "body": "Pay {total}", "reason": "Our tone", "over_version": "0"}
    wrong = client.post(f"{PAGE}change/", words | {"body": "{paswort}", "preview": "1"})
    assert "paswort" in wrong.context["form"].errors["body"][0]
    assert "Your bill INV-000123" in client.post(f"{PAGE}change/", words | {"preview": "1"}).content.decode()
    assert templates.list_versions("invoice.issued", "en") == []
    assert client.post(f"{PAGE}change/", words)["Location"] == PAGE
    event = AuditEvent.objects.get(verb="template.save")
    assert (event.subject, event.reason) == ("template:invoice.issued:en", "Our tone")
    assert url_of(event.subject) == PAGE
    [row] = client.get("/setup/wordings/?state=own").context["table"].rows
    assert (row.code, row.language, row.version) == ("invoice.issued", "en", 1)
    assert client.post(f"{PAGE}change/", words).status_code == 422
    assert client.post(f"{PAGE}restore/", {"over_version": "1"})["Location"] == PAGE
    assert templates.get_template("invoice.issued", "en").subject == "Invoice {number} from {seller}"
    assert "<p><strong>Your bill {number}</strong></p><p>Pay {total}</p>" in client.get(PAGE).content.decode()


def test_the_list_is_a_spreadsheet_and_an_auditor_reads_only():
    client = logged_in(Role.AUDITOR)
    assert len(client.get("/setup/wordings/").context["table"].rows) == 5 * len(MAILS)
    assert client.get("/setup/wordings/?export=xlsx")["Content-Type"].endswith("sheet")
    assert "change/" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}change/").status_code == 403
    assert "No wording is like that" in client.get("/setup/wordings/?state=own").content.decode()
