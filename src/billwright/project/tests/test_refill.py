"""What goes through our hands between pg_restore and an own server."""

import io

import pytest

from billwright.project.runtime.refill import pass_on

SCRIPT = b"SET statement_timeout = 0;\nSET transaction_timeout = 0;\nCOPY t FROM stdin;\nSET transaction_timeouts\n"


@pytest.mark.parametrize(("server_version", "kept"), [(160002, 3), (170000, 4), (180004, 4)])
def test_a_setting_that_the_server_does_not_know_is_left_out(server_version, kept):
    passed = io.BytesIO()
    pass_on(io.BytesIO(SCRIPT), passed, server_version=server_version)
    lines = passed.getvalue().splitlines(keepends=True)
    assert len(lines) == kept
    assert [line for line in SCRIPT.splitlines(keepends=True) if line in lines] == lines


def test_what_follows_the_head_is_left_as_it_is():
    rows = b"".join(b"%d\n" % number for number in range(100)) + b"SET transaction_timeout = 0;\n"
    passed = io.BytesIO()
    pass_on(io.BytesIO(rows), passed, server_version=160000)
    assert passed.getvalue() == rows
