"""Walks through OpenAPI documents."""


def operations(document):
    """Yields each operation with its method and path."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def resolved(document, node):
    """What a reference stands for, or the node itself."""
    while "$ref" in node:
        place = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            place = place[key]
        node = place
    return node
