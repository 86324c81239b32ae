"""Customers that may be the same party twice, with the reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from rapidfuzz import fuzz, process

from billwright.accounts.models import Contact, Customer
from billwright.accounts.policies import (
    DUPLICATE_SCORE_MIN,
    NAME_ALIKE_MIN,
    Party,
    likeness,
    name_key,
)
from billwright.accounts.queries.customers import customers_seen
from billwright.accounts.rows import DuplicateRow

# A key shared by more customers than this (an agency's mailbox) says nothing about any two of them.
BLOCK_SIZE_MAX = 50
ALIKE_NAMES_MAX = 50


def find_duplicates(customer_id: int, *, legal_entity_ids: Collection[int] | None = None) -> list[DuplicateRow]:
    """Others that may be this customer, the likeliest first: by name, tax number, e-mail or telephone.

    With `legal_entity_ids` only those that these companies may see.
    """
    this = _parties([customer_id]).get(customer_id)
    if this is None:
        return []
    present = Customer.objects.filter(merged_into=None).exclude(pk=customer_id)
    candidates: set[int] = set()
    if this.tax_number:
        candidates |= set(present.filter(tax_number=this.tax_number).values_list("id", flat=True))
    contacts = Contact.objects.filter(active=True)
    for shared in (contacts.filter(email__in=this.emails), contacts.filter(phone__in=this.phones)):
        candidates |= set(shared.values_list("account__customer_id", flat=True))
    keys = {pk: name_key(name) for pk, name in present.filter(country=this.country).values_list("id", "name")}
    alike = process.extract(
        name_key(this.name), keys, scorer=fuzz.ratio, score_cutoff=NAME_ALIKE_MIN, limit=ALIKE_NAMES_MAX
    )
    candidates |= {pk for _, _, pk in alike}
    others = _parties(customers_seen(candidates - {customer_id}, legal_entity_ids=legal_entity_ids))
    return _scored((this, other) for other in others.values())


def list_duplicates(*, limit: int = 200) -> list[DuplicateRow]:
    """Pairs of customers of the whole book that may be one, the likeliest first.

    Only customers that share a tax number, a mailbox, a telephone or the beginning of a name within a country are
    compared: comparing everybody with everybody would take hours for 100,000 customers.
    """
    everybody = _parties(Customer.objects.filter(merged_into=None).values_list("id", flat=True))
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for party in everybody.values():
        for key in _block_keys(party):
            blocks[key].append(party.customer_id)
    pairs = {
        pair
        for members in blocks.values()
        if len(members) <= BLOCK_SIZE_MAX
        for pair in combinations(sorted(members), 2)
    }
    return _scored((everybody[one], everybody[other]) for one, other in sorted(pairs))[:limit]


def _block_keys(party: Party) -> Iterator[tuple[str, str]]:
    if party.tax_number:
        yield "tax", party.tax_number
    for email in party.emails:
        yield "email", email
    for phone in party.phones:
        yield "phone", phone
    whole = name_key(party.name)
    yield "whole name", f"{party.country}|{whole}"
    for word in whole.split():
        yield "name", f"{party.country}|{word[:5]}"


def _scored(pairs: Iterable[tuple[Party, Party]]) -> list[DuplicateRow]:
    rows: list[DuplicateRow] = []
    for one, other in pairs:
        like = likeness(one, other)
        if like.score >= DUPLICATE_SCORE_MIN:
            rows.append(
                DuplicateRow(
                    customer_id=one.customer_id,
                    other_id=other.customer_id,
                    name=one.name,
                    other_name=other.name,
                    score=like.score,
                    reasons=like.reasons,
                )
            )
    return sorted(rows, key=lambda row: (-row.score, row.customer_id, row.other_id))


def _parties(customer_ids: Iterable[int]) -> dict[int, Party]:
    ids = list(customer_ids)
    emails: dict[int, set[str]] = defaultdict(set)
    phones: dict[int, set[str]] = defaultdict(set)
    contacts = Contact.objects.filter(active=True, account__customer_id__in=ids)
    for customer_id, email, phone in contacts.values_list("account__customer_id", "email", "phone"):
        emails[customer_id] |= {email.lower()} if email else set()
        phones[customer_id] |= {phone} if phone else set()
    customers = Customer.objects.filter(id__in=ids, merged_into=None)
    return {
        pk: Party(pk, name, country, tax_number, frozenset(emails[pk]), frozenset(phones[pk]))
        for pk, name, country, tax_number in customers.values_list("id", "name", "country", "tax_number")
    }
