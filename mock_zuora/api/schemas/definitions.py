"""Definitions of custom objects, and their migrations."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from mock_zuora.api.json_bodies import OBJECT_NAME
from mock_zuora.api.schemas.wire import EXAMPLE_DATE, EXAMPLE_ID, ClosedWire, Uuid, Wire
from mock_zuora.domain.objects.definition import MAX_DESCRIPTION_LENGTH, MAX_LABEL_LENGTH
from mock_zuora.domain.objects.definition_rules import MAX_FIELDS, MAX_OPTION_LENGTH
from mock_zuora.domain.objects.field import MAX_TEXT_LENGTH
from mock_zuora.domain.objects.field_document import MAX_OPTIONS

Label = Annotated[str, Field(max_length=MAX_LABEL_LENGTH, description="The label that users see.")]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION_LENGTH)]
Flag = Annotated[bool, Field()]
TypeName = Annotated[
    Literal["string", "integer", "number", "boolean"], Field(description="The JSON type of the field's values.")
]
Format = Annotated[
    str,
    Field(
        max_length=MAX_LABEL_LENGTH,
        description="The format of a string: `date`, `date-time`, `uuid` or `url`.",
        examples=["date-time"],
    ),
]
MaxLength = Annotated[int, Field(ge=1, le=MAX_TEXT_LENGTH, description="The maximum number of characters.")]
Options = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=MAX_OPTION_LENGTH)]],
    Field(min_length=1, max_length=MAX_OPTIONS, description="The options of a picklist."),
]
Bound = Annotated[float, Field(description="A limit of a number.")]
ObjectName = Annotated[
    str, Field(description="API name of an object.", examples=["vehicle"], json_schema_extra=OBJECT_NAME)
]
FieldNames = Annotated[list[str], Field(description="API names of fields.")]
FieldMap = Annotated[
    dict[str, str],
    Field(
        min_length=1,
        max_length=1,
        description="One field of this object, and the field of the other object that it refers to.",
        examples=[{"owner__c": "Id"}],
    ),
]


class CreateConstraintsModel(Wire):
    """What a relationship checks when a record is written."""

    enforceValidMapping: bool = Field(
        default=True, description="Whether the record that a value refers to must exist; by default true."
    )


class RecordConstraintsModel(Wire):
    """What a relationship requires of records."""

    create: CreateConstraintsModel | None = None


class RelationshipRequestModel(ClosedWire):
    """A many-to-one relationship with another object."""

    namespace: Literal["default", "com_zuora"] = Field(description="The namespace of the other object.")
    object: ObjectName
    fields: FieldMap
    cardinality: Literal["manyToOne"] = Field(default="manyToOne", description="By default `manyToOne`.")
    recordConstraints: RecordConstraintsModel | None = None


class RelationshipModel(Wire):
    """A relationship with another object, as both objects show it."""

    model_config = ConfigDict(extra="forbid")

    cardinality: Literal["manyToOne", "oneToMany"]
    namespace: Literal["default", "com_zuora"]
    object: ObjectName
    fields: FieldMap
    recordConstraints: RecordConstraintsModel | None = None


class FieldChangeModel(ClosedWire):
    """A custom field, or changes to one."""

    type: TypeName | None = None
    label: Label | None = None
    format: Format | None = None
    description: Description | None = None
    maxLength: MaxLength | None = None
    enum: Options | None = None
    multiselect: Flag | None = Field(default=None, description="Whether a value can have several of the options.")
    minimum: Bound | None = None
    maximum: Bound | None = None
    exclusiveMinimum: Bound | None = None
    exclusiveMaximum: Bound | None = None
    default: Any = Field(default=None, description="The value of a record without one; it has the type of the field.")
    displayName: Flag | None = Field(
        default=None, description="Whether the UI shows this field as the name of a record."
    )
    origin: Literal["custom"] | None = Field(default=None, description="Always `custom`; responses show it.")


class FieldRequestModel(FieldChangeModel):
    """A new custom field."""

    type: TypeName
    label: Label


class CustomFieldModel(FieldChangeModel):
    """A custom field."""

    type: TypeName


class SystemFieldModel(Wire):
    """A system field, which every object has."""

    type: Literal["string"]
    label: str
    origin: Literal["system"]


class SystemIdModel(SystemFieldModel):
    """A system field with an id."""

    format: Literal["uuid"]


class SystemDateModel(SystemFieldModel):
    """A system field with a date."""

    format: Literal["date-time"]


class FieldsModel(Wire, extra="allow"):
    """The fields of an object by API name."""

    # Generated clients give all fields the type of the other fields, so that includes system fields.
    __pydantic_extra__: dict[str, CustomFieldModel | SystemIdModel | SystemDateModel] = Field(init=False)

    Id: SystemIdModel
    CreatedById: SystemIdModel
    CreatedDate: SystemDateModel
    UpdatedById: SystemIdModel
    UpdatedDate: SystemDateModel


class DefinitionRequestModel(ClosedWire):
    """A new custom object."""

    object: ObjectName
    label: Label
    description: Description | None = None
    type: Literal["object"] = Field(default="object", description="By default `object`.")
    properties: dict[str, FieldRequestModel] = Field(
        min_length=1, max_length=MAX_FIELDS, description="Custom fields by API name, which ends in `__c`."
    )
    required: FieldNames = Field(default=[], description="The fields that every record must have a value in.")
    filterable: FieldNames = Field(default=[], description="The fields that filters and queries can name.")
    unique: FieldNames = Field(default=[], description="The fields whose values no two records share.")
    auditable: FieldNames = Field(default=[], description="The fields whose changes are audited.")
    relationships: list[RelationshipRequestModel] = []
    enableCreateRecordAuditing: bool = Field(default=False, description="By default false.")
    enableDeleteRecordAuditing: bool = Field(default=False, description="By default false.")


class DefinitionSchemaModel(Wire):
    """A custom object's JSON schema."""

    object: ObjectName
    label: str
    type: Literal["object"]
    description: str | None = None
    properties: FieldsModel
    required: FieldNames
    filterable: FieldNames
    unique: FieldNames
    auditable: FieldNames
    relationships: list[RelationshipModel]
    enableCreateRecordAuditing: bool
    enableDeleteRecordAuditing: bool


class ExportedDefinitionModel(Wire, extra="allow"):
    """A custom object as a list shows it; other keys are ignored."""

    document: DefinitionSchemaModel = Field(alias="schema")


class DefinitionsRequestModel(ClosedWire):
    """New custom objects, all of them or none."""

    definitions: dict[str, DefinitionRequestModel | ExportedDefinitionModel] = Field(
        min_length=1, description="Each under its object's API name."
    )
    count: Any = Field(default=None, description="Ignored: so that the response of a list can be posted as it is.")


class DefinitionModel(Wire):
    """A custom object."""

    Id: Uuid = Field(examples=[EXAMPLE_ID])
    CreatedById: str = Field(description="The user who created the object.", examples=[EXAMPLE_ID])
    CreatedDate: datetime = Field(description="When the object was created, in UTC.", examples=[EXAMPLE_DATE])
    UpdatedById: str = Field(description="The user who changed the object last.", examples=[EXAMPLE_ID])
    UpdatedDate: datetime = Field(description="When the object last changed, in UTC.", examples=[EXAMPLE_DATE])
    type: ObjectName
    # The attribute cannot be called "schema": pydantic's own method is.
    document: DefinitionSchemaModel = Field(alias="schema")


class DefinitionTypeModel(Wire):
    """A custom object of a list that was asked for types only."""

    type: ObjectName


class DefinitionListModel(Wire):
    """Custom objects by API name."""

    definitions: dict[str, DefinitionModel | DefinitionTypeModel]
    count: int = Field(ge=0, description="How many objects there are.")


class FieldActionModel(ClosedWire):
    """The field that an action is about."""

    name: str = Field(description="API name of the field.", examples=["brand__c"])
    targetName: str | None = Field(default=None, description="The new name of a field that is renamed.")
    definition: FieldChangeModel | None = Field(default=None, description="The new field, or what changes of a field.")
    required: bool = Field(default=False, description="Whether every record must have a value in it; by default false.")
    filterable: bool = Field(default=False, description="Whether filters and queries can name it; by default false.")
    unique: bool = Field(default=False, description="Whether no two records share a value; by default false.")
    auditable: bool = Field(default=False, description="Whether its changes are audited; by default false.")


ActionType = Literal[
    "addField", "deleteField", "updateField", "renameField", "updateObject", "addRelationship", "deleteRelationship"
]


class ActionModel(ClosedWire):
    """One change of a custom object; which keys it has depends on its type."""

    type: ActionType
    namespace: Literal["default"]
    object: ObjectName
    field: FieldActionModel | None = Field(default=None, description="For the four actions on a field.")
    relationship: RelationshipRequestModel | None = Field(
        default=None, description="For the two actions on relationships."
    )
    label: Label | None = Field(default=None, description="For `updateObject`.")
    description: Description | None = Field(default=None, description="For `updateObject`.")
    enableCreateRecordAuditing: Flag | None = Field(default=None, description="For `updateObject`.")
    enableDeleteRecordAuditing: Flag | None = Field(default=None, description="For `updateObject`.")


class MigrationRequestModel(ClosedWire):
    """One action on one custom object."""

    actions: list[ActionModel] = Field(min_length=1, max_length=1)
    instant: bool | None = Field(
        default=None, description="Whether the migration is applied at once. Here, every migration is."
    )


class MigrationModel(Wire):
    """The action that was carried out."""

    model_config = ConfigDict(extra="forbid")

    actions: list[ActionModel] = Field(min_length=1, max_length=1)
    instant: bool | None = Field(default=None, description="As it was sent.")
