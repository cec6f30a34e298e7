"""The object that the examples of the OpenAPI document are about."""

VEHICLE = {
    "label": "Vehicle",
    "object": "vehicle",
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "color__c": {"type": "string", "label": "Color"},
        "doors__c": {"type": "integer", "label": "Doors"},
    },
    "filterable": ["brand__c"],
}
