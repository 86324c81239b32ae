"""The words of docs/concepts/vocabulary.md in the names that we define: models, fields, enums, functions and verbs."""

import ast
import re

import pytest
from django.apps import apps
from tests.architecture.layout import functions, modules, none_of
from tests.architecture.test_tidy import parts

from billwright.interfaces.web.state_words import WORDS
from billwright.kernel import acts
from billwright.project import handbook

SAY_INSTEAD = {
    "aging": "ageing",
    "bounce": "payment return",
    "cancelled": "canceled",
    "cancellation": "say the verb: cancel",
    "client": "customer",
    "clients": "customer",
    "commitment": "promise to pay",
    "instalment": "installment",
    "instalments": "installment",
    "organisation": "organization",
    "ptp": "promise to pay",
    "reversal_of_payment": "payment return",
    "surcharge": "debit note",
    "tariff": "price",
    "tariffs": "price",
    "tx": "posting, entry or payment",
    "txn": "posting, entry or payment",
}
VERB = re.compile(r"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$")


def wrong_words(name):
    return [f"{name}: say {SAY_INSTEAD[part]}" for part in parts(name) if part in SAY_INSTEAD]


def our_models():
    return [model for model in apps.get_models() if model.__module__.startswith("billwright.")]


def test_models_and_fields():
    names = [model.__name__ for model in our_models()]
    names += [field.name for model in our_models() for field in model._meta.get_fields()]
    none_of([wrong for name in names for wrong in wrong_words(name)])


def test_functions_and_classes():
    found = [
        f"{module.name}:{node.lineno} {wrong}"
        for module in modules()
        for node in [*functions(module.tree), *(n for n in ast.walk(module.tree) if isinstance(n, ast.ClassDef))]
        for wrong in wrong_words(node.name)
    ]
    none_of(found)


def test_verbs_are_dotted_and_in_the_vocabulary():
    none_of([name for name in acts.VERBS if not VERB.match(name)])
    none_of([wrong for name in acts.VERBS for wrong in wrong_words(name)])


def test_tables_are_named_after_their_app_and_noun():
    wrong = [
        model._meta.db_table
        for model in our_models()
        if not model._meta.db_table.startswith(f"{model._meta.app_label}_")
    ]
    none_of(wrong)


@pytest.mark.parametrize("name", ["InstalmentPlan", "client_id", "cancelled_at", "AgingBucket"])
def test_a_wrong_word_is_seen(name):
    assert wrong_words(name)


def test_the_pages_have_words_for_every_state():
    none_of(
        f"{machine.name}: {state}"
        for _app, machine in handbook.machines()
        for state in sorted({state for pair in machine.pairs() for state in pair} - set(WORDS.get(machine.name, {})))
    )
