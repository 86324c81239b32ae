"""What the law of the seller's country wants on a document and is missing on it: a checklist, not a refusal.

A gap is cured on the account, the entity or the product, before the document is issued.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billwright.catalog import queries as catalog
from billwright.invoicing.queries import get_document
from billwright.invoicing.rows import DocumentRow
from billwright.org import queries as org

# South Africa, VAT Act s20(4) and (5): consideration in rand above which a full tax invoice names the recipient.
ZA_FULL_ABOVE_MINOR = 5_000_00
# India, CGST Rule 46(b) and (e): length of the serial number; value from which an unregistered recipient is named.
IN_NUMBER_LENGTH_MAX = 16
IN_RECIPIENT_FROM_MINOR = 50_000_00
EU_COUNTRIES = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at."""

    country: str
    seller: dict[str, str]
    buyer: dict[str, str]
    number: str
    total_minor: int
    place_of_supply: str
    is_domestic_currency: bool
    tax_categories: frozenset[str]
    unclassified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the law wants, in words, and the rule that wants it."""

    says: str
    rule: str


def list_content_gaps(invoice_id: int) -> list[Gap]:
    """The gaps of a document by the law of its seller's country. Raises NotFound."""
    document = get_document(invoice_id)
    codes = {tax.tax_code for tax in document.taxes}
    classified = catalog.classifications({line.product_code for line in document.lines} - {""})
    return content_gaps(_facts(document, catalog.tax_reasons(codes), classified))


def _facts(document: DocumentRow, taxes: dict[str, catalog.TaxFound], classified: dict[str, str]) -> Facts:
    invoice = document.invoice
    entity = org.get_legal_entity(legal_entity_id=invoice.legal_entity_id)
    return Facts(
        country=document.seller.get("country", ""),
        seller=document.seller,
        buyer=document.buyer,
        number=invoice.number,
        total_minor=abs(invoice.total.amount_minor),
        place_of_supply=invoice.place_of_supply,
        is_domestic_currency=invoice.currency == entity.base_currency,
        tax_categories=frozenset(found.einvoice_category for found in taxes.values()),
        unclassified=tuple(line.text for line in document.lines if not classified.get(line.product_code)),
    )


def content_gaps(facts: Facts) -> list[Gap]:
    """The gaps of a document, in the order of the law's list."""
    if facts.country == "ZA":
        return _south_africa(facts)
    if facts.country == "IN":
        return _india(facts)
    return _european_union(facts) if facts.country in EU_COUNTRIES else []


def _is_named(party: dict[str, str]) -> bool:
    return bool(party.get("name") and party.get("street") and party.get("city"))


def _seller_gaps(facts: Facts, rule: str) -> list[Gap]:
    gaps = []
    if not _is_named(facts.seller):
        gaps.append(Gap(_("The seller's name and address."), rule))
    if not facts.seller.get("tax_number") and facts.tax_categories:
        gaps.append(Gap(_("The seller's tax number."), rule))
    return gaps


def _south_africa(facts: Facts) -> list[Gap]:
    gaps = _seller_gaps(facts, "ZA VAT Act s20(4)")
    # An amount in another currency cannot be compared: the full form is never wrong.
    is_full = facts.total_minor > ZA_FULL_ABOVE_MINOR or not facts.is_domestic_currency
    if is_full and not _is_named(facts.buyer):
        gaps.append(Gap(_("The recipient's name and address: the total is above 5,000 rand."), "ZA VAT Act s20(4)(c)"))
    return gaps


def _india(facts: Facts) -> list[Gap]:
    gaps = _seller_gaps(facts, "CGST Rule 46(a)")
    if len(facts.number) > IN_NUMBER_LENGTH_MAX:
        gaps.append(Gap(_("A serial number of at most 16 characters."), "CGST Rule 46(b)"))
    is_large = facts.total_minor >= IN_RECIPIENT_FROM_MINOR or not facts.is_domestic_currency
    if (facts.buyer.get("tax_number") or is_large) and not _is_named(facts.buyer):
        gaps.append(Gap(_("The recipient's name and address."), "CGST Rule 46(d), (e)"))
    if facts.unclassified:
        lines = ", ".join(facts.unclassified[:3])
        gaps.append(Gap(_("The HSN or SAC code of: %(lines)s.") % {"lines": lines}, "CGST Rule 46(g)"))
    if not facts.place_of_supply:
        gaps.append(Gap(_("The place of supply with the name of the state."), "CGST Rule 46(n)"))
    return gaps


def _european_union(facts: Facts) -> list[Gap]:
    gaps = _seller_gaps(facts, "Directive 2006/112/EC art. 226(3), (5)")
    if not _is_named(facts.buyer):
        gaps.append(Gap(_("The customer's name and address."), "Directive 2006/112/EC art. 226(5)"))
    if facts.tax_categories & {"AE", "K"} and not facts.buyer.get("tax_number"):
        gaps.append(
            Gap(_("The customer's VAT number: the customer owes the tax."), "Directive 2006/112/EC art. 226(4)")
        )
    return gaps
