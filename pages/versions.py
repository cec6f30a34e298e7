"""docs/versions.md, from the table of versions."""

from typing import Final

from mock_zuora.api.call import Call
from mock_zuora.api.shapes import error_json
from mock_zuora.api.versions import DEFAULT_VERSION, TABLE, Envelope, Shape
from mock_zuora.core.errors import job_not_found
from pages.markdown import code, table

