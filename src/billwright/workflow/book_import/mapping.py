"""Mappings: how the columns of a kind of file become ours. The whole format stands in docs/concepts/import.md."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping as MappingOf
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML, tokens
from ruamel.yaml.comments import CommentedBase
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from billwright.files.states import ImportKind
from billwright.kernel.errors import Refusal
from billwright.kernel.money import exponent
from billwright.workflow.book_import.cells import is_date_format
from billwright.workflow.book_import.table import Layout

FORMAT_VERSION = 1
# A mapping of a hundred fields has about a thousand.
TOKENS_MAX = 50_000
DEPTH_MAX = 20
_OPENING = (
    tokens.FlowSequenceStartToken, tokens.FlowMappingStartToken,
    tokens.BlockSequenceStartToken, tokens.BlockMappingStartToken,
)  # fmt: skip
_CLOSING = (tokens.FlowSequenceEndToken, tokens.FlowMappingEndToken, tokens.BlockEndToken)

PARTY_FIELDS = frozenset(
    {
        "customer.reference", "customer.name", "customer.kind", "customer.first_name", "customer.last_name",
        "customer.country", "customer.timezone", "customer.language", "customer.tax_number",
        "customer.registration_number",
        "account.number", "account.name", "account.opened_on", "account.cycle_day", "account.payment_terms_days",
        "account.delivery", "account.payment_method", "account.purchase_order", "account.cost_center",
        "account.credit_class", "account.tax_treatment", "account.place_of_supply",
        "contact.name", "contact.email", "contact.phone",
        "address.addressee", "address.street", "address.postcode", "address.city", "address.region",
        "address.country",
    }
)  # fmt: skip
INVOICE_FIELDS = frozenset(
    {
        "number", "document_date", "due_date", "total", "tax", "open", "currency", "text", "purchase_order", "status",
        "settled", "settled_on", "settled_after_days", "settlement_method", "settlement_reference",
    }
)  # fmt: skip
PAYMENT_FIELDS = frozenset(
    {"amount", "value_date", "method", "payment_reference", "text", "invoice_number", "currency", "status"}
)
SUBSCRIPTION_FIELDS = frozenset(
    {"own_price", "quantity", "description", "starts_on", "months_in_service", "ends_before", "currency", "status"}
)
FIELDS: dict[ImportKind, frozenset[str]] = {
    ImportKind.CUSTOMERS: PARTY_FIELDS | {"status"},
    ImportKind.INVOICES: PARTY_FIELDS | INVOICE_FIELDS,
    ImportKind.PAYMENTS: PARTY_FIELDS | PAYMENT_FIELDS,
    ImportKind.SUBSCRIPTIONS: PARTY_FIELDS | SUBSCRIPTION_FIELDS,
}
NEEDED: dict[ImportKind, tuple[str, ...]] = {
    ImportKind.CUSTOMERS: ("customer.reference", "customer.name"),
    ImportKind.INVOICES: ("customer.reference", "document_date", "total"),
    ImportKind.PAYMENTS: ("customer.reference", "value_date", "amount"),
    ImportKind.SUBSCRIPTIONS: ("customer.reference",),
}
STATUS_WORDS: dict[ImportKind, frozenset[str]] = {
    ImportKind.CUSTOMERS: frozenset({"active", "skip"}),
    ImportKind.INVOICES: frozenset({"open", "settled", "skip"}),
    ImportKind.PAYMENTS: frozenset({"received", "skip"}),
    ImportKind.SUBSCRIPTIONS: frozenset({"active", "ended", "skip"}),
}


def _is_number(value: str) -> str:
    """An exact number with a point and not below zero."""
    if not re.fullmatch(r"\d{1,12}(\.\d{1,8})?", value):
        raise ValueError("write a number such as 15 or 0.05")
    return value


Word = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value)]
NumberWord = Annotated[Word, AfterValidator(_is_number)]
Mark = Annotated[str, Field(max_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EntityPart(_Part):
    """The legal entity that the rows belong to; made with chart, periods and series if there is none of this code."""

    code: str
    name: str = ""
    country: str = ""
    currency: str = ""
    timezone: str = ""
    language: str = "en"
    payment_terms_days: int = 30
    taxes: str = ""


class FilePart(_Part):
    """How the file is to be read; what is left out is found."""

    encoding: str = ""
    delimiter: Mark = ""
    quote: Mark = ""
    sheet: str = ""
    header_row: int = Field(default=1, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _are_marks(self) -> FilePart:
        if {self.delimiter, self.quote} & {"\n", "\r", "\0"} or (self.delimiter and self.delimiter == self.quote):
            raise ValueError("the delimiter and the quote are two different marks within a line")
        return self


class NumbersPart(_Part):
    """The marks within numbers."""

    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""

    @model_validator(mode="after")
    def _are_two_marks(self) -> NumbersPart:
        if self.decimal == self.thousands:
            raise ValueError("the decimal mark and the mark between thousands are the same")
        return self


class TaxPart(_Part):
    """Tax within the totals of documents, kept on them as information: history posts no tax."""

    code: str = Field(max_length=20)
    component: str = Field(default="VAT", max_length=10)
    percent: NumberWord


class IdentityPart(_Part):
    """What makes a row the same row when it comes again: key columns, or its whole content and its ordinal."""

    columns: tuple[str, ...] = ()
    content: bool = False

    @model_validator(mode="after")
    def _is_one_of_two(self) -> IdentityPart:
        if bool(self.columns) == self.content:
            raise ValueError("give key columns, or content: true")
        return self


class PlanPart(_Part):
    """The plan that imported subscriptions are on; made if absent, with one charge by unit.

    A price of a customer's own (`own_price`) is that many units at 1: one plan serves any number of prices.
    """

    code: str
    name: str
    product: str
    family: str = "services"
    tax_category: str = "NONE"
    timing: Literal["ADVANCE", "ARREARS"] = "ADVANCE"
    every_months: int = Field(default=1, ge=1)
    unit_price: NumberWord = "1"


class CutOverPart(_Part):
    """Taking over at a day: only what is open then comes in, booked on that day."""

    on: date


class OptionsPart(_Part):
    """Rules for the whole file."""

    negative: Literal["refuse", "credit_note"] = "refuse"
    changed: Literal["refuse", "update"] = "refuse"
    number_prefix: str = Field(default="", max_length=12)
    force_status: str = ""


class Mapping(_Part):
    """One mapping file."""

    mapping: Literal[1]
    name: str = Field(min_length=1, max_length=80)
    kind: Literal["customers", "invoices", "payments", "subscriptions"]
    source: str = Field(default="", max_length=80)
    entity: EntityPart
    file: FilePart = FilePart()
    dates: str = ""
    numbers: NumbersPart | None = None
    currency: str = ""
    tax: TaxPart | None = None
    identity: IdentityPart
    columns: dict[str, str]
    constants: dict[str, Word] = {}
    values: dict[str, dict[str, Word]] = {}
    plan: PlanPart | None = None
    cut_over: CutOverPart | None = None
    options: OptionsPart = OptionsPart()

    @property
    def import_kind(self) -> ImportKind:
        return ImportKind(self.kind.upper())

    @property
    def identity_source(self) -> str:
        """Identities are unique within it: two mappings of one outside system may share a source."""
        return self.source or self.name

    @property
    def payment_source(self) -> str:
        """The source of the receipts; a long name is cut and told apart from others by its hash."""
        return shortened(f"import:{self.identity_source}", 40)

    @property
    def layout(self) -> Layout:
        return Layout(**self.file.model_dump())

    def column_of(self, field: str | None) -> str:
        """The column of the file that a refused field came from, for the person who has the file before them.

        Fields of customers, accounts, contacts and addresses come without their part: `email` is `contact.email`.
        """
        named = ("", "customer.", "account.", "contact.", "address.")
        columns = [self.columns[part + (field or "")] for part in named if part + (field or "") in self.columns]
        return columns[0] if columns else ""

    @model_validator(mode="after")
    def _fields_are_known(self) -> Mapping:
        kind = self.import_kind
        for part, names in (("columns", self.columns), ("constants", self.constants), ("values", self.values)):
            unknown = sorted(set(names) - FIELDS[kind])
            if unknown:
                raise ValueError(f"{part}: {unknown[0]} is no field of {self.kind}")
        missing = [field for field in NEEDED[kind] if field not in self.columns and field not in self.constants]
        if missing:
            raise ValueError(f"columns: {missing[0]} is needed")
        if self.currency:
            _require_currency("currency", self.currency)
        if self.dates and not is_date_format(self.dates):
            raise ValueError("dates: write a format such as m/d/Y, d-b-y or Y-m-d")
        wrong = sorted(set(self.values.get("status", {}).values()) - STATUS_WORDS[kind])
        if wrong:
            raise ValueError(f"values: {wrong[0]} is no status of {self.kind}")
        if self.options.changed == "update" and kind is not ImportKind.CUSTOMERS:
            raise ValueError("options: only customers are updated; what is posted is corrected by documents")
        if kind is ImportKind.SUBSCRIPTIONS and (self.plan is None or self.cut_over is None):
            raise ValueError("subscriptions need plan and cut_over")
        if kind is ImportKind.SUBSCRIPTIONS and not {"own_price", "quantity"} & {*self.columns, *self.constants}:
            raise ValueError("columns: own_price or quantity is needed")
        return self


def shortened(name: str, length_max: int) -> str:
    """A name of at most so many characters; a longer one ends in a hash of the whole, so that no two become one."""
    if len(name) <= length_max:
        return name
    return name[: length_max - 9] + "#" + hashlib.sha256(name.encode()).hexdigest()[:8]


def _require_currency(field: str, code: str) -> None:
    try:
        exponent(code)
    except Refusal as refused:
        raise ValueError(f"{field}: {refused.message} {refused.cure}") from refused


def read_mapping(text: str) -> Mapping:
    """Read the text of a mapping. Raises Refusal `mapping.unreadable` or `mapping.wrong` with the line and the cure."""
    tree = _tree(text)
    if not isinstance(tree, MappingOf):
        raise Refusal(
            "mapping.unreadable",
            _("The mapping holds no keys."),
            field="mapping",
            row=1,
            cure=_("Start from an example mapping."),
        )
    try:
        return Mapping.model_validate(_plain(tree))
    except ValidationError as error:
        raise _refusal(tree, error) from error


def _tree(text: str) -> Any:
    """The text as YAML. Values that name one another or lie too deep are refused: no mapping needs them."""
    try:
        depth = 0
        for number, token in enumerate(YAML(typ="rt").scan(text)):
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            if isinstance(token, tokens.AliasToken) or number > TOKENS_MAX or depth > DEPTH_MAX:
                problem = _("it repeats a part by its name, or is too long or too deep")
                raise _unreadable(problem, line=token.start_mark.line + 1)
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise _unreadable(str(error.problem or error.context), line=line) from error
    except (YAMLError, ValueError) as error:
        # Characters that no text has, a day such as 2026-13-45.
        raise _unreadable(str(error).partition("\n")[0], line=None) from error


def _unreadable(problem: str, *, line: int | None) -> Refusal:
    return Refusal(
        "mapping.unreadable",
        _("The mapping is not YAML: %(problem)s.") % {"problem": problem},
        field="mapping",
        row=line,
        cure=_("Compare the indentation and the quotes of that line with an example mapping."),
    )


def _plain(node: Any) -> Any:
    if isinstance(node, MappingOf):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def _refusal(tree: Any, error: ValidationError) -> Refusal:
    first = error.errors()[0]
    place = [part for part in first["loc"] if isinstance(part, str)]
    says = first["msg"].removeprefix("Value error, ")
    if not place and ":" in says:
        place = [says.partition(":")[0]]
    return Refusal(
        "mapping.wrong",
        _("The mapping is wrong: %(problem)s.") % {"problem": says},
        field=".".join(place) or "mapping",
        row=_line_of(tree, place),
        cure=_("The format is described in docs/concepts/import.md; examples lie in examples/mappings."),
    )


def _line_of(tree: Any, place: list[str]) -> int:
    line, node = 0, tree
    for name in place:
        if not isinstance(node, CommentedBase) or not isinstance(node, MappingOf):
            break
        keys = {str(key): key for key in node}
        if name not in keys:
            break
        line = int(node.lc.key(keys[name])[0])
        node = node[keys[name]]
    return line + 1
