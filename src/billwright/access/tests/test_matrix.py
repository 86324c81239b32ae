"""The matrix and the registry of verbs are one vocabulary."""

from billwright.access.matrix import MATRIX, NOT_BY_APPROVAL, SEPARATED, SYSTEM_VERBS
from billwright.kernel.acts import VERBS


def shipped_verbs():
    """The verbs of the product; tests may have registered their own."""
    return {name for name, verb in VERBS.items() if ".tests." not in verb.function.__module__}


def test_every_verb_has_a_row():
    assert shipped_verbs() - set(MATRIX) == set()


def test_every_row_of_a_verb_is_a_verb():
    rows = {code for code, right in MATRIX.items() if right.is_verb}
    assert rows - shipped_verbs() == set()


def test_no_right_to_see_is_a_verb():
    assert {code for code, right in MATRIX.items() if not right.is_verb} & set(VERBS) == set()


def test_every_right_belongs_to_somebody():
    machine = {verb for verbs in SYSTEM_VERBS.values() for verb in verbs}
    nobody = {code for code, right in MATRIX.items() if not right.roles()}
    assert nobody - machine == {"user.create_first_administrator", "user.create_administrator"}


def test_special_lists_name_rows():
    named = set(SEPARATED) | {verb for verbs in SYSTEM_VERBS.values() for verb in verbs} | set(NOT_BY_APPROVAL)
    assert {name for name in named if name not in MATRIX} <= {"bill_run.approve"}


def test_a_separated_verb_is_named_by_its_arguments():
    for name in set(SEPARATED) & set(VERBS):
        fields = VERBS[name].function.__annotations__
        arguments = {field: 1 for field in fields if field not in {"act", "return"}}
        assert VERBS[name].subject(arguments, None)
