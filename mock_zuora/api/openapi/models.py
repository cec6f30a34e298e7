"""The models as schemas of the document."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

_REF: Final = "#/components/schemas/{model}"


class _WireSchema(GenerateJsonSchema):
    """Schemas as the wire has them: what can be left out is left out and not null, and names are no titles."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        if schema.get("default", ...) is None or "default_factory" in schema:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(schema: type[BaseModel] | Mapping[str, Any]) -> dict[str, Any]:
    """A schema as a place in the document names it."""
    return dict(schema) if isinstance(schema, Mapping) else {"$ref": _REF.format(model=schema.__name__)}


def schemas_of(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """The schemas of the models and of all that they are made of, by name."""
    wanted = [(model, "validation") for model in dict.fromkeys(models)]
    _, made = models_json_schema(wanted, ref_template=_REF, schema_generator=_WireSchema)  # type: ignore[arg-type]
    return {
        name: {key: value for key, value in made["$defs"][name].items() if key != "title"} for name in made["$defs"]
    }
