"""What is said of a database that has migrations which this code does not have."""

from billwright.project.runtime.schema import FIRST, SchemaState


def test_a_newer_database_asks_for_a_newer_version():
    state = SchemaState(unknown=["kernel.0009_later"], pending=["org.0002_currencies"])
    assert state.made_by == "a newer Billwright"
    assert "Install that version" in state.cure


def test_a_database_that_began_otherwise_asks_for_a_fresh_home():
    state = SchemaState(unknown=["kernel.0001_kernel_tables"], pending=[f"kernel.{FIRST}"])
    assert state.made_by == "a Billwright from before the first release"
    assert "fresh BILLWRIGHT_HOME" in state.cure
