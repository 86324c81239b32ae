"""Version 1: one router a noun."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from billwright import __version__
from billwright.interfaces import api as interfaces_api
from billwright.interfaces.api.doors import KEY_HEADER, PROBLEM_TYPE, BearerToken, answer_in_problems
from billwright.interfaces.api.v1 import (
    accounts,
    allocations,
    contacts,
    corrections,
    customers,
    entities,
    invoices,
    ledger,
    notes,
    payments,
    reports,
)


class BillwrightAPI(NinjaAPI):
    """The API with its problems and keys in the schema, as they are on the wire."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(*args, **kwargs)
        for path in schema["paths"].values():
            for method, operation in path.items():
                _say_problems(operation)
                if method in ("post", "put"):
                    operation.setdefault("parameters", []).append(_KEY_PARAMETER)
        return schema


_KEY_PARAMETER = {
    "in": "header",
    "name": KEY_HEADER,
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "A new random key for each new request; the same key repeats it and gets the same answer.",
}


def _say_problems(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            content[PROBLEM_TYPE] = content.pop("application/json")


api = BillwrightAPI(
    title="Billwright",
    version=__version__,
    description=str(interfaces_api.__doc__).strip(),
    auth=BearerToken(),
    urls_namespace="api-v1",
)
answer_in_problems(api)
api.add_router("/legal-entities", entities.router, tags=["legal entities"])
api.add_router("/customers", customers.router, tags=["customers"])
api.add_router("/accounts", accounts.router, tags=["accounts"])
api.add_router("", contacts.router, tags=["contacts and addresses"])
api.add_router("", notes.router, tags=["notes"])
api.add_router("/invoices", invoices.router, tags=["invoices"])
api.add_router("", corrections.router, tags=["credit and debit notes"])
api.add_router("", payments.router, tags=["payments"])
api.add_router("", allocations.router, tags=["open items, allocations and holds"])
api.add_router("/reports", reports.router, tags=["reports"])
api.add_router("/ledger", ledger.router, tags=["ledger"])
