"""Version 1: one router a noun."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema

from billwright import __version__
from billwright.interfaces import api as interfaces_api
from billwright.interfaces.api.doors import KEY_HEADER, PROBLEM_TYPE, BearerToken, answer_in_problems
from billwright.interfaces.api.reference import ReferencePage
from billwright.interfaces.api.shapes import ProblemShape
from billwright.interfaces.api.v1 import (
    accounts,
    agreements,
    allocations,
    approvals,
    audit,
    bank,
    bill_checks,
    bill_runs,
    billing_holds,
    catalog,
    charges,
    collections,
    contacts,
    contracts,
    corrections,
    counter,
    customers,
    entities,
    explanations,
    files,
    fraud,
    gateways,
    imports,
    invoices,
    ledger,
    mandates,
    matching,
    messages,
    notes,
    payment_links,
    payments,
    periods,
    rates,
    rebillings,
    reconciliations,
    refunds,
    remittances,
    renewals,
    reports,
    revenue,
    rules,
    shadow_runs,
    subscriptions,
    usage,
    users,
    wallets,
    wordings,
)


class BillwrightAPI(NinjaAPI):
    """The API with its problems and keys in the schema, as they are on the wire."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._schemas: dict[str, OpenAPISchema] = {}

    def get_openapi_operation_id(self, operation: Any) -> str:
        return f"{operation.view_func.__module__.rpartition('.')[2]}.{operation.view_func.__name__}"

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The schema, made once for each place where the API stands: it takes seconds. It is not to be changed."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self._schemas:
            self._schemas[prefix] = self._make_schema(prefix)
        return self._schemas[prefix]

    def _make_schema(self, path_prefix: str) -> OpenAPISchema:
        schema: OpenAPISchema = _with_plain_names(super().get_openapi_schema(path_prefix=path_prefix))
        schema["components"]["schemas"][ProblemShape.__name__] = ProblemShape.model_json_schema(
            mode="serialization", schema_generator=NinjaGenerateJsonSchema
        )
        for path in schema["paths"].values():
            for method, operation in path.items():
                if "requestBody" in operation:
                    operation["responses"] |= _OF_A_BODY
                _say_problems(operation)
                for parameter in operation.get("parameters", []):
                    # In a parameter `examples` would be an object of named examples; in its schema it is a list.
                    parameter.pop("examples", None)
                if method in ("post", "put"):
                    operation.setdefault("parameters", []).append(_KEY_PARAMETER)
        return schema


def _with_plain_names(schema: Any) -> Any:
    """`CustomerPage` instead of `Page_Annotated_CustomerRow__Outgoing__`, which is what pydantic makes of a generic."""
    names = {
        name: f"{found['row']}Page"
        for name in schema["components"]["schemas"]
        if (found := _PAGE_NAME.fullmatch(name)) is not None
    }

    def renamed(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: renamed(value) for key, value in node.items()}
        if isinstance(node, list):
            return [renamed(value) for value in node]
        if isinstance(node, str) and node.startswith(_SCHEMAS):
            return _SCHEMAS + names.get(node.removeprefix(_SCHEMAS), node.removeprefix(_SCHEMAS))
        return node

    schemas = schema["components"]["schemas"]
    schema["components"]["schemas"] = {
        names.get(name, name): value | ({"title": names[name]} if name in names else {})
        for name, value in schemas.items()
    }
    for part in ("paths", "components"):
        schema[part] = renamed(schema[part])
    return schema


_SCHEMAS = "#/components/schemas/"
_PAGE_NAME = re.compile(r"Page_(?:Annotated_)?(?P<row>[A-Za-z]+?)(?:Row|Shape)?(?:__Outgoing__|_)")
# Any body may be too large, or no JSON at all.
_OF_A_BODY = {status: {"description": HTTPStatus(status).phrase} for status in (413, 415)}
_KEY_PARAMETER = {
    "in": "header",
    "name": KEY_HEADER,
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A new random key for each new request; the same key repeats it and gets the same answer.",
}


def _say_problems(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            problem = {PROBLEM_TYPE: {"schema": {"$ref": _SCHEMAS + ProblemShape.__name__}}}
            operation["responses"][status] = {**response, "content": problem}


api = BillwrightAPI(
    title="Billwright",
    version=__version__,
    description=str(interfaces_api.__doc__).strip(),
    auth=BearerToken(),
    docs=ReferencePage(),
    urls_namespace="api-v1",
)
answer_in_problems(api)
api.add_router("/legal-entities", entities.router, tags=["legal entities"])
api.add_router("/exchange-rates", rates.router, tags=["exchange rates"])
api.add_router("/customers", customers.router, tags=["customers"])
api.add_router("/accounts", accounts.router, tags=["accounts"])
api.add_router("", contacts.router, tags=["contacts and addresses"])
api.add_router("/files", files.router, tags=["files"])
api.add_router("", notes.router, tags=["notes"])
api.add_router("/invoices", invoices.router, tags=["invoices"])
api.add_router("", explanations.router, tags=["invoices"])
api.add_router("", corrections.router, tags=["credit and debit notes"])
api.add_router("", rebillings.router, tags=["credit and rebill"])
api.add_router("", payments.router, tags=["payments"])
api.add_router("", fraud.router, tags=["fraud flags"])
api.add_router("/payment-links", payment_links.router, tags=["payment links"])
api.add_router("", counter.router, tags=["counter"])
api.add_router("", refunds.router, tags=["refunds"])
api.add_router("", gateways.router, tags=["gateways, payouts and chargebacks"])
api.add_router("/reconciliations", reconciliations.router, tags=["account reconciliation"])
api.add_router("", bank.router, tags=["bank inbox and rules"])
api.add_router("", matching.router, tags=["matching"])
api.add_router("", remittances.router, tags=["matching"])
api.add_router("", mandates.router, tags=["mandates"])
api.add_router("", collections.router, tags=["collecting"])
api.add_router("", allocations.router, tags=["open items, allocations and holds"])
api.add_router("", wallets.router, tags=["prepaid money"])
api.add_router("", catalog.router, tags=["catalog and taxes"])
api.add_router("", rules.router, tags=["rules of plans"])
api.add_router("", subscriptions.router, tags=["subscriptions"])
api.add_router("", renewals.router, tags=["subscriptions"])
api.add_router("", billing_holds.router, tags=["subscriptions"])
api.add_router("", contracts.router, tags=["contracts"])
api.add_router("", usage.router, tags=["usage"])
api.add_router("", charges.router, tags=["adjustments and one-offs"])
api.add_router("", agreements.router, tags=["discounts, coupons and spend limits"])
api.add_router("/bill-runs", bill_checks.router, tags=["bill runs"])
api.add_router("/bill-runs", bill_runs.router, tags=["bill runs"])
api.add_router("/shadow-runs", shadow_runs.router, tags=["bill runs"])
api.add_router("/messages", messages.router, tags=["messages"])
api.add_router("/wordings", wordings.router, tags=["messages"])
api.add_router("/imports", imports.router, tags=["imports"])
api.add_router("/approvals", approvals.router, tags=["approvals"])
api.add_router("/audit-events", audit.router, tags=["audit trail"])
api.add_router("/reports", reports.router, tags=["reports"])
api.add_router("/ledger", ledger.router, tags=["ledger"])
api.add_router("/revenue", revenue.router, tags=["revenue"])
api.add_router("/periods", periods.router, tags=["accounting periods"])
api.add_router("/users", users.router, tags=["users"])
