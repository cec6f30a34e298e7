"""The control API as one HTML page, rendered from its document. It has no script and loads nothing."""

import json
import re
from html import escape
from typing import Any, Final

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; }
h2 { border-bottom: 1px solid #ddd; margin-top: 2.5rem; } h3 { margin: 1.5rem 0 0; font-size: 1rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; background: #f5f5f5; border-radius: 4px; }
code { padding: .1em .3em; } pre { padding: .6rem; overflow: auto; } td, th { padding: .1rem .8rem .1rem 0; }
table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; } p { margin: .3rem 0; }
"""


def page_of(document: dict[str, Any]) -> str:
    """The page for an OpenAPI document."""
    title = escape(document["info"]["title"])
    parts = [f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"]
    parts.append(f"<h1>{title} {escape(document['info']['version'])}</h1><p>{escape(document['info']['description'])}")
    for tag in document["tags"]:
        parts.append(f"<h2>{escape(tag['name'])}</h2>")
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if operation["tags"] == [tag["name"]]:
                    parts.append(_operation(document, method, path, operation))
    return "\n".join(parts)


def _operation(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    name = escape(operation["operationId"])
    parts = [f"<h3 id={name}><code>{method.upper()} {escape(path)}</code></h3>"]
    parts.append(f"<p>{_html(operation['description'])}</p>")
    rows = [_row(each["name"], each["schema"], each.get("description")) for each in operation["parameters"]]
    rows += [_row(name, schema) for name, schema in _body_fields(document, operation).items()]
    parts.append(f"<table>{''.join(rows)}</table>")
    return "".join(parts)


def _body_fields(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    if "requestBody" not in operation:
        return {}
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields: dict[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
    return fields


def _row(name: str, schema: dict[str, Any], description: str | None = None) -> str:
    default = f" [{json.dumps(schema['default'])}]" if schema.get("default") not in (None, [], {}) else ""
    text = description or schema.get("description", "")
    return f"<tr><td><code>{escape(name)}</code></td><td>{_html(text + default)}</td></tr>"


def _html(text: str) -> str:
    """A text with its quoted code as ``<code>``."""
    return re.sub(r"``(.+?)``|`(.+?)`", lambda match: f"<code>{match[1] or match[2]}</code>", escape(text))
