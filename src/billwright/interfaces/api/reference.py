"""The reference of the API as a page of ours: made from the schema, with no script and nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

SCHEMAS = "#/components/schemas/"


class ReferencePage(DocsBase):
    """Lists every operation with its parameters, body and answers, and every shape once."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **_kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema()
        context = {
            "title": schema["info"]["title"],
            "version": schema["info"]["version"],
            "nouns": _nouns(schema),
            "shapes": [_shape(name, shape) for name, shape in sorted(schema["components"]["schemas"].items())],
        }
        return render(request, "api/reference.html", context)


def schema_text(api: NinjaAPI) -> str:
    """The schema as a file that people read and compare."""
    plain = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    return json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _nouns(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Operations by noun, in the order in which the schema names them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return [{"name": name, "operations": operations} for name, operations in found.items()]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "path": path,
        "method": method.upper(),
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [
            {**parameter, "place": parameter["in"], "says": _says(parameter["schema"])}
            for parameter in operation.get("parameters", [])
        ],
        "bodies": [{"media_type": media_type, "says": _says(body["schema"])} for media_type, body in bodies.items()],
        "answers": [
            {"status": status, "says": _says(_answered(answer))}
            for status, answer in operation["responses"].items()
            if int(status) < 400
        ],
    }


def _answered(answer: dict[str, Any]) -> dict[str, Any]:
    """The schema of an answer: of its first media type, where it has a body at all."""
    for body in answer.get("content", {}).values():
        return dict(body["schema"])
    return {}


def _shape(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    required = set(shape.get("required", ()))
    members = [
        {
            "name": member,
            "says": _says(found),
            "required": member in required,
            "description": found.get("description", ""),
        }
        for member, found in shape.get("properties", {}).items()
    ]
    return {
        "name": name,
        "description": shape.get("description", ""),
        "members": members,
        "values": shape.get("enum", ()),
    }


def _says(schema: dict[str, Any]) -> list[dict[str, str]]:
    """A type in words; what is a shape of ours carries the name of its place on the page."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(SCHEMAS)
        return [{"text": name, "shape": name}]
    if "anyOf" in schema:
        parts = [_says(one) for one in schema["anyOf"]]
        return [word for index, part in enumerate(parts) for word in ([{"text": "or"}] if index else []) + part]
    if schema.get("type") == "array":
        return [{"text": "list of"}, *_says(schema.get("items", {}))]
    text = schema.get("format") or schema.get("type") or "any"
    bounds = [f"{name} {schema[name]}" for name in ("minimum", "maximum", "maxLength", "maxItems") if name in schema]
    return [{"text": ", ".join([str(text), *bounds])}]
