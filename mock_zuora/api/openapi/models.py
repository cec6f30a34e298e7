"""The models of ``api/schemas`` as schemas of the document."""

from collections.abc import Collection, Iterator
from importlib import import_module
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

_REF: Final = "#/components/schemas/{model}"
_SUFFIX: Final = "Model"
_MODULES: Final = (
    "json_bodies", "schemas.definitions", "schemas.errors", "schemas.jobs", "schemas.oauth", "schemas.records",
)  # fmt: skip


class _WireSchema(GenerateJsonSchema):
    """Schemas as the API has them: an optional field is left out, not null, and names are not titles."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        # Without the default: generated clients would require each field that has one.
        return self.generate_inner(schema["schema"])

    def literal_schema(self, schema: core_schema.LiteralSchema) -> dict[str, Any]:
        # More generators know ``enum`` than ``const``.
        made = super().literal_schema(schema)
        return (
            {**{key: made[key] for key in made if key != "const"}, "enum": [made["const"]]} if "const" in made else made
        )

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def normalize_name(self, name: str) -> str:
        return super().normalize_name(name).removesuffix(_SUFFIX)


def schemas_of(names: Collection[str]) -> dict[str, Any]:
    """The schemas of these names and of all that they refer to. A model's name is without its suffix ``Model``."""
    models = [model for name, model in _models() if name in names]
    wanted = [(model, "validation") for model in dict.fromkeys(models)]
    _, made = models_json_schema(wanted, ref_template=_REF, schema_generator=_WireSchema)  # type: ignore[arg-type]
    return {
        name: {key: value for key, value in made["$defs"][name].items() if key != "title"} for name in made["$defs"]
    }


def _models() -> Iterator[tuple[str, type[BaseModel]]]:
    for module in _MODULES:
        for name, value in vars(import_module(f"mock_zuora.api.{module}")).items():
            if isinstance(value, type) and issubclass(value, BaseModel):
                yield name.removesuffix(_SUFFIX), value
