"""Parses a relationship from its part of a JSON schema, and formats it as one."""

from collections.abc import Mapping
from typing import Any, Final

from mock_zuora.domain.errors import Category, Resource, quote
from mock_zuora.domain.objects.definition import DEFAULT_NAMESPACE, NAMESPACES, Relationship, is_object_name
from mock_zuora.domain.objects.document_checks import refuse, refuse_unknown
from mock_zuora.domain.objects.field import Field

MANY_TO_ONE: Final = "manyToOne"
ONE_TO_MANY: Final = "oneToMany"

_KEYS: Final = frozenset({"cardinality", "fields", "namespace", "object", "recordConstraints"})


def relationship_document(relationship: Relationship, cardinality: str = MANY_TO_ONE) -> dict[str, Any]:
    """Formats a relationship like the API."""
    return {
        "cardinality": cardinality,
        "namespace": relationship.namespace,
        "object": relationship.object,
        "fields": dict(relationship.fields),
        "recordConstraints": {"create": {"enforceValidMapping": relationship.enforces_mapping}},
    }


def relationship_from(where: str, document: Any, fields: Mapping[str, Field]) -> Relationship:
    """Parses a manyToOne relationship of an object with these fields. Raises ZuoraError 710000xx, 71000120."""
    if not isinstance(document, Mapping):
        raise refuse(f"{where}: {quote(document)} is not an object.")
    refuse_unknown(where, document, _KEYS)
    if document.get("cardinality", MANY_TO_ONE) != MANY_TO_ONE:
        raise refuse(f"{where}: cardinality {quote(document['cardinality'])} is not '{MANY_TO_ONE}'.")
    for key in ("namespace", "object", "fields"):
        if document.get(key) is None:
            raise refuse(f"{where}: {key} is missing.", Category.MISSING)
    namespace, target, mapping = document["namespace"], document["object"], document["fields"]
    if namespace not in NAMESPACES:
        expected = " or ".join(NAMESPACES)
        raise refuse(
            f"{where}: namespace {quote(namespace)} is not {expected}.", resource=Resource.DEFINITION_NAMESPACE
        )
    if not isinstance(target, str) or not is_object_name(target):
        raise refuse(f"{where}: object {quote(target)} is not the API name of an object.")
    _check_mapping(where, mapping, namespace, fields)
    return Relationship(
        namespace=namespace, object=target, fields=dict(mapping), enforces_mapping=_enforces_mapping(where, document)
    )


def _check_mapping(where: str, mapping: object, namespace: str, fields: Mapping[str, Field]) -> None:
    if not isinstance(mapping, Mapping) or len(mapping) != 1 or not all(isinstance(to, str) for to in mapping.values()):
        raise refuse(f"{where}: fields {quote(mapping)} is not one field of this object with the field that it names.")
    for name, other in mapping.items():
        if name not in fields:
            raise refuse(f"{where}: the object has no custom field {quote(name)}.", Category.UNKNOWN_FIELD)
        # Only relationships with two of Zuora's own objects can use other fields than Id (D).
        if namespace == DEFAULT_NAMESPACE and other != "Id":
            raise refuse(
                f"{where}: fields maps {quote(name)} to {quote(other)}; "
                "records of a custom object are named by their Id."
            )


def _enforces_mapping(where: str, document: Mapping[str, Any]) -> bool:
    value: Any = document.get("recordConstraints", {})
    for key in ("create", "enforceValidMapping"):
        if not isinstance(value, Mapping):
            raise refuse(
                f"{where}: recordConstraints {quote(document['recordConstraints'])} is not of the documented form."
            )
        value = value.get(key, True if key == "enforceValidMapping" else {})
    if not isinstance(value, bool):
        raise refuse(f"{where}: enforceValidMapping {quote(value)} is not true or false.")
    return value
