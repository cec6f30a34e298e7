import pytest

from mock_zuora.control.services.tokens import issue_token
from mock_zuora.domain.errors import ZuoraError
from mock_zuora.domain.jobs.job import Operation
from mock_zuora.domain.jobs.operations import Submission, submit

pytestmark = pytest.mark.anyio


async def test_token_is_limited_to_its_permissions(control, registry):
    token = await issue_token(control, "default", user="ann", permissions=())
    caller = registry.authenticate(token.access_token)
    assert (caller.user.name, caller.permissions) == ("ann", frozenset())
    with pytest.raises(ZuoraError):
        submit(caller, Submission(Operation.CREATE, "default", "vehicle"))
