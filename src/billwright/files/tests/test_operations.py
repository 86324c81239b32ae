"""Files never change and are found by their hash; mappings have versions."""

import hashlib
import tracemalloc

import pytest

from billwright.files import operations, queries
from billwright.files.models import StoredFile
from billwright.files.states import ImportKind, RetentionClass
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.states import IllegalTransition
from billwright.kernel.tests.builders import make_act

pytestmark = pytest.mark.django_db


def store(content=b"a,b\n1,2\n", *, name="book.csv", about="account:1"):
    return operations.store_file(
        act=make_act(),
        name=name,
        media_type="text/csv",
        content=content,
        retention_class=RetentionClass.WORKING_FILE,
        about=about,
    )


def test_a_file_is_found_by_its_hash_and_its_subject():
    file = store()
    assert file.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert queries.read_content(file.id) == b"a,b\n1,2\n"
    assert [row.id for row in queries.list_files(about="account:1")] == [file.id]


def test_the_same_bytes_about_the_same_subject_are_stored_once():
    assert store().id == store().id
    assert store(about="account:2").id != store().id
    assert StoredFile.objects.count() == 2


def test_bytes_are_not_written_into_the_statement_as_letters():
    content = b"\x00\xff" * 2**21
    tracemalloc.start()
    file = store(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(content)
    assert queries.read_content(file.id) == content


def test_an_empty_file_is_refused():
    with pytest.raises(Refusal) as refused:
        store(b"")
    assert (refused.value.code, refused.value.field) == ("file.empty", "content")


def test_what_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        queries.get_file(404)
    with pytest.raises(NotFound):
        queries.read_content(404)
    with pytest.raises(NotFound):
        queries.get_mapping("nobody")
    with pytest.raises(NotFound):
        queries.get_job(404)


def test_mappings_count_their_versions():
    texts = ("one", "one", "two")
    versions = [
        operations.save_mapping(act=make_act(), name="m", kind=ImportKind.INVOICES, text=text).version for text in texts
    ]
    assert versions == [1, 1, 2]
    assert queries.get_mapping("m").text == "two"
    assert queries.get_mapping("m", version=1).text == "one"


def test_a_job_runs_once_and_ends():
    file = store()
    operations.save_mapping(act=make_act(), name="m", kind=ImportKind.INVOICES, text="one")
    job = operations.start_import(
        act=make_act(),
        kind=ImportKind.INVOICES,
        file_name=file.name,
        file_sha256=file.sha256,
        mapping_name="m",
        row_count=1,
    )
    done = operations.finish_job(
        act=make_act(), job_id=job.id, verb="tie_out", tie_out=[], error_file_id=None, failure=""
    )
    assert (job.state, done.state) == ("RUNNING", "TIED_OUT")
    with pytest.raises(IllegalTransition):
        operations.finish_job(act=make_act(), job_id=job.id, verb="fail", tie_out=None, error_file_id=None, failure="")
