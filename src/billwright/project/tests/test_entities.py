"""Every way to a legal entity is one that the database can go."""

import dataclasses
import inspect
import typing

import pytest

from billwright.access.authority import AUTHORITY
from billwright.access.naming import NOBODY, owner_of
from billwright.access.tests.builders import make_entity
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.catalog.operations import create_plan
from billwright.catalog.tests.builders import make_charge, make_product
from billwright.comms.models import OutgoingMessage
from billwright.kernel.acts import VERBS
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import AccountingPeriod
from billwright.org.tests.builders import make_entity as make_org
from billwright.project.entities import CUSTOMER_PATHS, PATHS, customers_of, entities_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("argument", PATHS)
def test_the_way_exists(argument):
    assert entities_of(argument)(frozenset({-1})) == set()


@pytest.mark.parametrize("argument", CUSTOMER_PATHS)
def test_the_way_to_the_customer_exists(argument):
    assert customers_of(argument)(frozenset({-1})) == set()


def test_an_account_and_its_customer_own_what_an_act_is_told_and_two_customers_do_not():
    ana, boris = make_account(make_org("KAROO")), make_account(make_org("VITOSHA"), make_customer("Boris"))
    assert owner_of({"account_id": ana.id, "customer_id": ana.customer_id}) == f"customer:{ana.customer_id}"
    assert owner_of({"account_ids": [ana.id, boris.id]}) == NOBODY
    assert owner_of({"user_id": 3}) == NOBODY


def test_a_period_tells_its_entity():
    karoo = make_entity("KAROO")
    period = AccountingPeriod.objects.create(legal_entity=karoo, starts_on="2026-01-01", ends_before="2026-02-01")
    assert entities_of("period_id")(frozenset({period.pk})) == {karoo.pk}


# Numbers that name no thing of one company, and why: what a verb names besides them decides, or nothing does.
NOBODYS = {
    "customer_id": "customers belong to no company; their accounts do",
    "kept_id": "a customer",
    "merged_id": "a customer",
    "factor_id": "one's own",
    "grant_id": "only who administers all companies takes roles away",
    "limit_id": "limits hold in all companies",
    "token_id": "one's own",
    "user_id": "people belong to no company",
    "file_id": "kept on a thing, which the verb checks",
    "their_file_id": "a paper of the reconciliation that is named beside it",
    "finding_id": "of the run or the reconciliation that is named beside it",
    "creditor_id": "what a bank calls the creditor, no number of ours",
    "legal_entity_id": "the company itself",
    "approval_id": "looked up by access",
    "message_id": "looked up by its account",
}


def members(hint, seen=()):
    """Names and types within the type of an argument: of rows, and of rows in lists."""
    for part in typing.get_args(hint):
        yield from members(part, seen)
    if dataclasses.is_dataclass(hint) and hint not in seen:
        for name, inner in typing.get_type_hints(hint).items():
            yield name, inner
            yield from members(inner, (*seen, hint))


def ids_of(verb):
    hints = typing.get_type_hints(verb.function)
    names = set(inspect.signature(verb.function).parameters) - {"act"}
    found = names | {name for one in names for name, _hint in members(hints[one])}
    return {
        name.removesuffix("s") if name.endswith("_ids") else name for name in found if name.endswith(("_id", "_ids"))
    }


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_number_that_a_verb_takes_tells_a_company_or_is_known_to_tell_none(name):
    assert ids_of(VERBS[name]) <= set(PATHS) | set(NOBODYS)


def test_a_number_means_one_thing_in_all_verbs():
    runs = {verb.name.partition(".")[0] for verb in VERBS.values() if "run_id" in ids_of(verb)}
    entries = {verb.name.partition(".")[0] for verb in VERBS.values() if "entry_id" in ids_of(verb)}
    assert (runs, entries) == ({"bill_run"}, {"journal_entry"})


def make_message(account_ref):
    return OutgoingMessage.objects.create(
        purpose="mail.test", to_address="ana@karoo.example", language="en", body="-", requested_by="user:0",
        queued_at=make_act().at, account_ref=account_ref,
    )  # fmt: skip


def test_a_message_tells_the_company_of_its_account():
    karoo = make_org("KAROO")
    told, untold = make_message(make_account(karoo).id), make_message(None)
    assert AUTHORITY.legal_entity_of({"message_id": told.pk}) == karoo.id
    assert AUTHORITY.legal_entity_of({"message_id": untold.pk}) is None


def test_a_charge_tells_the_company_of_its_plan():
    karoo = make_org("KAROO")
    make_product()
    own, anybodys = (
        create_plan(act=make_act(), code=code, name=code, charges=(make_charge(),), legal_entity_id=entity_id)
        for code, entity_id in (("own", karoo.id), ("everybodys", None))
    )
    assert AUTHORITY.legal_entity_of({"plan_charge_id": own.charges[0].id}) == karoo.id
    assert AUTHORITY.legal_entity_of({"plan_charge_id": anybodys.charges[0].id}) is None
