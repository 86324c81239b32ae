import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.comms.policies import fill, is_address, one_line, placeholders, require_names
from billwright.kernel.errors import Refusal


def test_placeholders_are_filled_and_doubled_braces_are_braces():
    assert fill("Dear {name}, {{kept}}", {"name": "Ana"}) == "Dear Ana, {kept}"


@given(st.text())
def test_a_value_is_never_read_as_a_template_again(value):
    assert fill("<{name}>", {"name": value}) == f"<{value}>"


@pytest.mark.parametrize("text", ["{name", "name}", "{0}", "{name.__class__}", "{name!r}", "{Name}"])
def test_anything_but_a_plain_name_is_refused(text):
    with pytest.raises(Refusal) as refused:
        placeholders(text)
    assert refused.value.code == "template.brace"


def test_a_name_that_the_message_cannot_fill_is_refused_with_the_choice():
    with pytest.raises(Refusal, match="Use: name, number"):
        require_names("{password}", ["name", "number"], field="body")


@given(st.text())
def test_a_subject_never_starts_a_new_header(text):
    line = one_line(text)
    assert line.isprintable()
    assert len(line) <= 300


@pytest.mark.parametrize(("address", "answer"), [
    ("ana@example.org", True), ("ana", False), ("a@b@c", False), ("a b@example.org", False),
    ("ana@example.org\nBcc: x@example.org", False), ("<ana@example.org>", False), ("a" * 250 + "@x.org", False),
])  # fmt: skip
def test_addresses(address, answer):
    assert is_address(address) is answer
