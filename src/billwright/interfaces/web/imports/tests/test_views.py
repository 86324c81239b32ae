"""An import by hand, from the upload to the tie-out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from billwright.access.states import Role
from billwright.files.queries import get_mapping, list_jobs
from billwright.files.states import ImportKind
from billwright.interfaces.web.imports.forms import proposed, the_date_format, the_number_marks
from billwright.interfaces.web.tests.builders import logged_in
from billwright.ledger.tests.builders import make_books
from billwright.workflow.book_import import inspect_file

pytestmark = pytest.mark.django_db

GOOD = """InvoiceNo,CustomerID,InvoiceDate,DueDate,Amount
A-1,C1,2026-01-31,2026-02-28,115.00
A-2,C2,2026-01-31,2026-02-28,230.00
"""
BAD = GOOD + "A-3,C3,2026-01-31,2026-02-28,abc\n"


def uploaded(client, content=GOOD) -> int:
    file = SimpleUploadedFile("old book.csv", content.encode(), content_type="text/csv")
    answer = client.post("/imports/new/", {"file": file, "kind": "INVOICES"})
    return int(answer["Location"].split("/")[3])


def rules(found, **changes: str) -> dict[str, str]:
    columns = {
        f"column-{number}-field": proposed(found, ImportKind.INVOICES).get(column.name, "")
        for number, column in enumerate(found.columns)
    }
    form = {"name": "old-book", "entity": "KAROO", "currency": "ZAR", "dates": "Y-m-d", "decimal": ".",
            "thousands": "", "identity": "InvoiceNo", "negative": "refuse"}  # fmt: skip
    return columns | form | changes


def mapped(client, content=GOOD) -> int:
    file_id = uploaded(client, content)
    form = rules(inspect_file(content.encode(), name="x.csv"))
    answer = client.post(f"/imports/files/{file_id}/invoices/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    return file_id


def worked(job: ProcrastinateJob) -> int:
    """What the worker does with a job that waits: pages know it by its name alone."""
    return queue.tasks[job.task_name](**job.args)


def specialist():
    make_books()
    return logged_in(Role.FINANCE_MANAGER)


def test_plain_names_of_columns_are_understood():
    found = inspect_file(b"number;name;country;e-mail;colour\nC1;Acme;DE;a@b.example;red\n", name="x.csv")
    expected = {"number": "customer.reference", "name": "customer.name", "country": "address.country"}
    assert proposed(found, ImportKind.CUSTOMERS) == {**expected, "e-mail": "contact.email"}


def test_with_no_import_the_page_tells_how_to_begin():
    assert "Nothing was imported yet" in specialist().get("/imports/").content.decode()


def test_columns_are_shown_with_what_they_hold_and_a_proposal():
    client = specialist()
    page = client.get(f"/imports/files/{uploaded(client)}/invoices/").content.decode()
    assert "Y-m-d" in page
    assert 'value="customer.reference" selected' in page


def test_the_only_format_is_taken_and_two_are_asked_about():
    plain = inspect_file(GOOD.encode(), name="x.csv")
    double = inspect_file(b"When,Amount\n01/02/2026,5\n", name="x.csv")
    assert (the_date_format(plain), the_date_format(double)) == ("Y-m-d", "")


def test_the_mapping_is_saved_by_its_name():
    client = specialist()
    mapped(client)
    assert "document_date: InvoiceDate" in get_mapping("old-book").text


def test_two_columns_for_one_field_are_refused():
    client = specialist()
    file_id = uploaded(client)
    form = rules(inspect_file(GOOD.encode(), name="x.csv"), **{"column-3-field": "document_date"})
    answer = client.post(f"/imports/files/{file_id}/invoices/", form)
    assert answer.status_code == 422
    assert "is this field already" in answer.content.decode()


def test_a_needed_field_that_is_missing_is_named():
    client = specialist()
    file_id = uploaded(client)
    form = rules(inspect_file(GOOD.encode(), name="x.csv"), **{"column-4-field": ""})
    answer = client.post(f"/imports/files/{file_id}/invoices/", form)
    assert "total is needed" in answer.content.decode()


def test_a_try_tells_what_would_be_and_writes_nothing():
    client = specialist()
    file_id = mapped(client)
    answer = client.post(f"/imports/files/{file_id}/invoices/check/?mapping=old-book")
    assert answer.context["report"].created_count == 2
    assert "Would tie out" in answer.content.decode()
    assert list_jobs() == []


def test_refused_rows_are_shown_with_the_cure_and_given_as_a_file():
    client = specialist()
    file_id = mapped(client, BAD)
    page = client.post(f"/imports/files/{file_id}/invoices/check/?mapping=old-book").content.decode()
    assert "Would differ" in page
    file = client.post(f"/imports/files/{file_id}/invoices/errors/?mapping=old-book")
    assert "A-3" in file.content.decode()


def test_a_run_is_asked_of_the_worker_once_and_ends_tied_out():
    client = specialist()
    file_id = mapped(client)
    for _ in range(2):
        answer = client.post(f"/imports/files/{file_id}/invoices/run/?mapping=old-book")
    (asked,) = ProcrastinateJob.objects.filter(task_name="take_over_book")
    assert "Waits for the worker" in client.get(answer["Location"]).content.decode()
    job_id = worked(asked)
    assert client.get(answer["Location"])["Location"] == f"/imports/{job_id}/"
    page = client.get(f"/imports/{job_id}/").content.decode()
    assert "their totals equal ours" in page
    assert "345.00" in page


def test_an_import_with_refused_rows_gives_its_error_file():
    client = specialist()
    file_id = mapped(client, BAD)
    client.post(f"/imports/files/{file_id}/invoices/run/?mapping=old-book")
    job_id = worked(ProcrastinateJob.objects.get(task_name="take_over_book"))
    answer = client.get(f"/imports/{job_id}/")
    assert [fault["row"] for fault in answer.context["faults"]] == ["4"]
    assert "A-3" in client.get(f"/imports/{job_id}/errors/").content.decode()


def test_the_progress_asks_for_the_page_when_it_is_over():
    client = specialist()
    file_id = mapped(client)
    client.post(f"/imports/files/{file_id}/invoices/run/?mapping=old-book")
    job_id = worked(ProcrastinateJob.objects.get(task_name="take_over_book"))
    assert client.get(f"/imports/{job_id}/progress/")["HX-Refresh"] == "true"


def test_the_mapping_can_be_written_as_text_and_a_wrong_line_is_named():
    client = specialist()
    file_id = mapped(client)
    url = f"/imports/files/{file_id}/invoices/text/?mapping=old-book"
    text = get_mapping("old-book").text
    assert client.post(url, {"text": text.replace("kind: invoices", "kind: bananas")}).status_code == 422
    assert client.post(url, {"text": text + "constants: {account.delivery: POST}\n"}).status_code == 302
    assert get_mapping("old-book").version == 2


def test_an_auditor_reads_and_runs_nothing():
    make_books()
    client = logged_in(Role.AUDITOR)
    assert "Import a file" not in client.get("/imports/").content.decode()
    assert client.get("/imports/new/").status_code == 403


def test_the_list_asks_as_often_whatever_its_length(django_assert_num_queries):
    client = specialist()
    file_id = mapped(client)
    client.post(f"/imports/files/{file_id}/invoices/run/?mapping=old-book")
    worked(ProcrastinateJob.objects.get(task_name="take_over_book"))
    client.get("/imports/")
    with django_assert_num_queries(7):
        client.get("/imports/")


def test_a_file_that_is_refused_before_it_began_is_told_where_the_person_waits():
    client = specialist()
    file_id = mapped(client)
    other = uploaded(client, GOOD.replace("DueDate", "Due"))
    answer = client.post(f"/imports/files/{other}/invoices/run/?mapping=old-book")
    worked(ProcrastinateJob.objects.get(task_name="take_over_book"))
    page = client.get(client.get(answer["Location"])["Location"]).content.decode()
    assert "The file has no column &#x27;DueDate&#x27;." in page
    assert file_id != other


@pytest.mark.parametrize(
    ("above", "asked", "kept"),
    [("Export of the old system\n\n", "header_row=3", "header_row: 3"), ("", "delimiter=,", "delimiter: ','")],
)
def test_how_a_file_is_read_can_be_said_and_is_kept(above, asked, kept):
    client = specialist()
    file_id = uploaded(client, above + GOOD)
    if above:
        first = client.get(f"/imports/files/{file_id}/invoices/").content.decode()
        assert "Row of the column names" in first
    form = rules(inspect_file(GOOD.encode(), name="x.csv"))
    answer = client.post(f"/imports/files/{file_id}/invoices/?{asked}", form)
    assert answer.status_code == 302
    assert kept in get_mapping("old-book").text


def test_a_file_that_cannot_be_read_is_told_with_the_means_to_say_how():
    client = specialist()
    file = SimpleUploadedFile("a.csv", "InvoiceNo,CustomerID\n1,Иван\n".encode("cp1251"))
    answer = client.post("/imports/new/", {"file": file, "kind": "INVOICES"})
    refused = client.get(answer["Location"])
    assert (refused.status_code, "cp1251" in refused.content.decode()) == (422, True)
    assert "Иван" in client.get(answer["Location"] + "?encoding=cp1251").content.decode()


def test_the_decimal_comma_of_a_file_is_proposed():
    found = inspect_file(b"n;total\n1;1.234,50\n2;7,00\n", name="x.csv")
    assert the_number_marks(found) == (",", ".")
