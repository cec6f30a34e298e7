"""The refusals that many operations share, each made by the function that makes it in earnest."""

from typing import Final

from mock_zuora.api.errors import (
    entity_denied,
    key_still_running,
    key_used_for_another_call,
    method_not_allowed,
    no_such_path,
    rate_exceeded,
)
from mock_zuora.api.openapi.operation_docs import Failures
from mock_zuora.api.schemas.wire import EXAMPLE_ID
from mock_zuora.domain import refusals
from mock_zuora.domain.errors import Category

OF_EVERY_CALL: Final[Failures] = {
    "track_id_invalid": refusals.request_invalid("Zuora-Track-Id: 'a:b' is not valid; expected none of : ; \" '."),
    "parameter_unknown": refusals.request_invalid(
        "Query parameter 'colour' is ignored; this operation has none (strict mode refuses it: send only the query "
        "parameters of the reference)"
    ),
    "token_missing": refusals.not_authenticated("Authorization: a bearer token is missing."),
    "token_expired": refusals.not_authenticated("Authorization: the bearer token has expired."),
    "entity_denied": entity_denied("Zuora-Entity-Ids", EXAMPLE_ID),
    "rate_exceeded": rate_exceeded(17),
}
OF_POST_AND_PATCH: Final[Failures] = {
    "key_too_long": refusals.request_invalid("Idempotency-Key: 'aaaa…' has 300 characters; expected 1 to 254."),
    "key_still_running": key_still_running("order-4711"),
    "key_used_for_another_call": key_used_for_another_call("order-4711"),
}
OF_JSON: Final[Failures] = {
    "body_not_json": refusals.request_invalid("The body is not JSON: 'Expecting value: line 1 column 1 (char 0)'."),
    "body_not_gzip": refusals.request_invalid(
        "Content-Encoding: the header says gzip, but the body is not a whole gzip stream."
    ),
}
OF_PATH_PARAMETERS: Final[Failures] = {
    "no_such_path": no_such_path("POST", "/objects/jobs/a/b/files"),
    "method_not_allowed": method_not_allowed("POST", "/objects/jobs/a", "GET"),
}
"""What a parameter with a slash in it leads to: another path."""

VIEW_DENIED: Final = refusals.permission_denied(Category.READ_DENIED, "view")
UPDATE_DENIED: Final = refusals.permission_denied(Category.UPDATE_DENIED, "update")
DELETE_DENIED: Final = refusals.permission_denied(Category.DELETE_DENIED, "delete")
CREATE_DENIED: Final = refusals.permission_denied(Category.CREATE_DENIED, "create")
OBJECT_NOT_FOUND: Final = refusals.object_not_found("vehicle")
