"""The OpenAPI 3.1 document, made from the operations and their typed bodies."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from bot.api.errors import PROBLEM_TYPE, ProblemDetails
from bot.api.operations import Operation

_REF = "#/components/schemas/{name}"
_SECURITY = {
    "merchant": {"type": "http", "scheme": "bearer", "description": "The merchant's API key."},
    "session": {"type": "http", "scheme": "bearer", "description": "A chat session's token."},
}
_FAULTS = {
    400: "The request cannot be read.",
    401: "No key, or a wrong one.",
    403: "Not allowed.",
    404: "There is no such thing here.",
    408: "The upload took too long",
    409: "It conflicts with what is there.",
    413: "Too large.",
    415: "A kind of content that is not taken.",
    422: "Well formed, but it cannot be carried out; `errors` names the fields.",
    429: "Too many requests; Retry-After says how long to wait.",
    501: "Not built yet.",
    503: "Not available now; try again with the same ids.",
}


def openapi_document(operations: Sequence[Operation], *, url: str) -> dict[str, Any]:
    """The whole document."""
    schemas, components = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _describe(operation, schemas)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "refundbot",
            "version": version("refundbot"),
            "summary": "Refunds by chat: orders in, cases and refunds out.",
            "description": "Amounts are integers of the currency's minor unit; times are ISO 8601 with an offset.",
            "license": {"name": "Proprietary"},
        },
        "servers": [{"url": url}],
        "tags": [{"name": name} for name in dict.fromkeys(operation.tag for operation in operations)],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY},
    }


def _schemas(operations: Sequence[Operation]) -> tuple[dict[int, Any], dict[str, Any]]:
    """Every type's schema by the type's identity, and the named components that they refer to."""
    kinds = [ProblemDetails]
    for operation in operations:
        kinds += [kind for kind in (operation.body, operation.answer) if kind is not None]
        kinds += [query.kind for query in operation.query]
    made, components = msgspec.json.schema_components(kinds, schema_hook=_anything, ref_template=_REF)
    return {id(kind): schema for kind, schema in zip(kinds, made, strict=True)}, dict(components)


def _anything(kind: type) -> dict[str, Any]:
    """`object` may be whatever JSON can say; msgspec knows no schema for it."""
    if kind is not object:
        raise NotImplementedError
    return {"description": "Anything."}


def _describe(operation: Operation, schemas: dict[int, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": _operation_id(operation),
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation, schemas),
        "security": [{operation.security: []}] if operation.security else [],
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[id(operation.body)]}},
        }
    elif operation.content_type == "multipart/form-data":
        described["requestBody"] = {"required": True, "content": {operation.content_type: {"schema": _FILE}}}
    return described


_FILE = {
    "type": "object",
    "properties": {"file": {"type": "string", "contentMediaType": "image/jpeg"}},
    "required": ["file"],
}


def _operation_id(operation: Operation) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", operation.path.removeprefix("/api/").lower()).strip("_")
    return f"{operation.method.lower()}_{words}"


def _parameters(operation: Operation, schemas: dict[int, Any]) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{([a-z_]+)", operation.path)
    ]
    in_query = [
        {"name": query.name, "in": "query", "description": query.about, "schema": schemas[id(query.kind)]}
        for query in operation.query
    ]
    keyed = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "The same key and body give the same answer for 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }
    return [*in_path, *in_query, *([keyed] if operation.is_keyed else [])]


def _responses(operation: Operation, schemas: dict[int, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {str(operation.status): {"description": "Done."}}
    if operation.answer is not None:
        responses[str(operation.status)]["content"] = {"application/json": {"schema": schemas[id(operation.answer)]}}
    faults = {*operation.faults, *((401,) if operation.security else ())}
    problem = {PROBLEM_TYPE: {"schema": schemas[id(ProblemDetails)]}}
    return responses | {str(status): {"description": _FAULTS[status], "content": problem} for status in sorted(faults)}
