import pytest

from billwright.kernel.sql import parse

STEP = """-- step: assemble
-- owner: invoicing
-- reads: accounts_billing_account
-- writes: invoicing_invoice
-- why: one draft per account,
--   and a second run is a no-op.
insert into invoicing_invoice select %(as_of)s
"""


def test_the_header_is_read():
    step = parse(STEP)
    assert (step.name, step.owner, step.reads, step.writes, step.parameters) == (
        "assemble",
        "invoicing",
        ("accounts_billing_account",),
        ("invoicing_invoice",),
        frozenset({"as_of"}),
    )


def test_the_reason_may_take_two_lines():
    assert parse(STEP).why == "one draft per account, and a second run is a no-op."


def test_a_step_without_its_owner_is_refused():
    with pytest.raises(ValueError, match="owner"):
        parse(STEP.replace("-- owner: invoicing\n", ""))


def test_a_missing_parameter_is_a_bug():
    with pytest.raises(AssertionError, match="as_of"):
        parse(STEP).run(None, {})
