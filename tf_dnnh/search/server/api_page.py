"""Turns the OpenAPI description of the API into a page."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def values(description: Schema) -> dict[str, Any]:
    """Returns the variables of the template.

    Args:
        description: as at `/openapi.json`.

    Returns:
        `info`, `operations` (in the order of the description) and `schemas`
        (name to fields).
    """
    return {
        "info": description["info"],
        "operations": list(_operations(description)),
        "schemas": {
            name: list(_fields(schema))
            for name, schema in description["components"]["schemas"].items()
            if "properties" in schema
        },
    }


def _operations(description: Schema) -> Iterator[dict[str, Any]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "parameters": [
                    _parameter(one) for one in operation.get("parameters", [])
                ],
                "body": operation.get("requestBody"),
                "responses": [
                    {
                        "status": status,
                        "description": response["description"],
                        "type": _content(response),
                    }
                    for status, response in sorted(
                        operation["responses"].items()
                    )
                ],
            }


def _parameter(parameter: Schema) -> dict[str, Any]:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "type": type_name(schema).removesuffix(" or null"),
        "default": json.dumps(schema.get("default")),
        "description": parameter.get("description", ""),
    }


def _content(response: Schema) -> str:
    for media_type, content in response.get("content", {}).items():
        if media_type != "application/json":
            return media_type
        return type_name(content["schema"])
    return ""


def _fields(schema: Schema) -> Iterator[dict[str, Any]]:
    for name, field in schema["properties"].items():
        yield {
            "name": name,
            "type": type_name(field),
            "description": field.get("description", ""),
        }


def type_name(schema: Schema) -> str:
    """Returns a short name of a type.

    Example:
        >>> type_name({"type": "integer", "minimum": 1, "maximum": 9})
        'integer from 1 to 9'
        >>> type_name({"anyOf": [{"type": "string"}, {"type": "null"}]})
        'string or null'
        >>> type_name({"type": "array", "items": {"$ref": "#/x/Picture"}})
        'list of Picture'
    """
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(type_name(one) for one in schema["anyOf"])
    name = schema.get("type", "any")
    if name == "array":
        return f"list of {type_name(schema['items'])}"
    if "minimum" in schema and "maximum" in schema:
        name += f" from {schema['minimum']} to {schema['maximum']:,}"
    return name
