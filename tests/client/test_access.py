"""Users, access tokens and OAuth clients of a handle's tenant, with both transports."""

from datetime import timedelta

import pytest

from mock_zuora.control.errors import Invalid, Unknown

JOBS = "/objects/jobs"
NEW_JOB = {"operation": "create", "object": "vehicle", "namespace": "default"}


def test_token_acts_as_the_first_user(handle, call):
    assert call(handle, "GET", JOBS, token=handle.token())[0] == 200
    assert handle.requests.find()[0].user == "admin"


def test_token_can_have_another_user_and_fewer_permissions(handle, call):
    token = handle.token(permissions=["view"], user="ann")
    job = {"operation": "create", "object": "vehicle", "namespace": "default"}
    assert call(handle, "POST", JOBS, job, token=token)[1]["code"] == 71012515
    assert handle.requests.find()[0].user == "ann"


def test_unknown_permission_is_refused(handle):
    with pytest.raises(Invalid, match="permissions.0: 'admin'"):
        handle.token(permissions=["admin"])


def test_single_permission_can_be_a_text(handle, call):
    assert call(handle, "GET", f"{JOBS}/nope", token=handle.token("view"))[0] == 404
    assert call(handle, "GET", f"{JOBS}/nope", token=handle.token("edit"))[0] == 403


@pytest.mark.parametrize("lifetime", [60, 60.0, timedelta(minutes=1)], ids=str)
def test_token_has_the_lifetime_that_was_asked_for(handle, call, lifetime):
    handle.clock.freeze()
    headers = handle.headers(lifetime=lifetime)
    handle.clock.advance(59)
    assert call(handle, "GET", JOBS, **headers)[0] == 200
    handle.clock.advance(1)
    assert call(handle, "GET", JOBS, **headers)[0] == 401
    assert "the token has expired" in handle.requests.find()[-1].reason


def test_token_without_lifetime_has_expired_and_the_default_is_an_hour(handle, call):
    handle.clock.freeze()
    assert call(handle, "GET", JOBS, token=handle.token(lifetime=0))[0] == 401
    token = handle.token()
    handle.clock.advance(3_599)
    assert call(handle, "GET", JOBS, token=token)[0] == 200
    handle.clock.advance(1)
    assert call(handle, "GET", JOBS, token=token)[0] == 401


@pytest.mark.parametrize("lifetime", [-1, timedelta(seconds=-1), "soon", float("inf"), 10**12], ids=str)
def test_invalid_lifetime_issues_no_token(handle, lifetime):
    with pytest.raises(Invalid, match="lifetime|JSON"):
        handle.token(user="ann", lifetime=lifetime)
    assert "ann" not in next(each.users for each in handle.tenants() if each.name == handle.name)


def test_user_is_added_with_permissions(handle, call):
    viewer = handle.user("viewer", permissions=["view"])
    assert (viewer.name, viewer.permissions) == ("viewer", ("view",))
    assert call(handle, "GET", f"{JOBS}/nope", **handle.headers(user=viewer))[0] == 404
    assert call(handle, "POST", JOBS, NEW_JOB, token=handle.token(user="viewer"))[1]["code"] == 71012515
    assert {each.user for each in handle.requests.find()} == {"viewer"}


def test_new_user_has_every_permission_and_shows_its_id(handle, call):
    ann = handle.user("ann")
    assert ann.permissions == ("view", "edit", "delete")
    assert handle.user("ann") == ann
    assert call(handle, "POST", JOBS, NEW_JOB, token=handle.token(user=ann))[1]["CreatedById"] == ann.id


def test_permissions_of_a_user_change_for_tokens_in_use(handle, call):
    token = handle.token(user=handle.user("ann"))
    assert handle.user("ann", permissions="view,delete").permissions == ("view", "delete")
    assert call(handle, "POST", JOBS, NEW_JOB, token=token)[0] == 403
    assert handle.user("ann", permissions=[]).permissions == ()
    assert call(handle, "GET", f"{JOBS}/nope", token=token)[0] == 403


def test_oauth_client_acts_as_the_user(handle, call, request_token):
    client = handle.client(handle.user("viewer", permissions=["view"]))
    assert client.user == "viewer"
    token = request_token(handle, client)[1]["access_token"]
    assert call(handle, "POST", JOBS, NEW_JOB, token=token)[0] == 403


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"name": ""}, "name: "),
        ({"name": 7}, "name: 7"),
        ({"name": "x" * 1_001}, "name: .* at most 1000 characters"),
        ({"name": "ann", "permissions": ["veiw"]}, "permissions.0: 'veiw' is not valid; expected 'view', 'edit' or"),
    ],
    ids=str,
)
def test_invalid_user_is_refused(handle, options, named):
    with pytest.raises(Invalid, match=named):
        handle.user(**options)
    assert len(next(each.users for each in handle.tenants() if each.name == handle.name)) == 1


def test_token_can_belong_to_another_tenant(handle, running, call):
    with running.tenant() as other:
        call(handle, "GET", JOBS, token=handle.token(tenant=other.name))
        assert (handle.requests.count(), other.requests.count()) == (0, 1)
    with pytest.raises(Unknown, match=other.name):
        handle.token(tenant=other.name)


def test_headers_contain_a_new_token(handle, call):
    one, two = handle.headers(), handle.headers()
    assert one.keys() == {"Authorization"} and one != two
    assert call(handle, "GET", JOBS, **one)[0] == 200


def test_oauth_client_gets_tokens_of_the_tenant(handle, call, request_token):
    client = handle.client()
    status, answer = request_token(handle, client)
    assert status == 200
    call(handle, "GET", JOBS, token=answer["access_token"])
    assert handle.requests.count(path=JOBS) == 1


def test_oauth_client_of_unknown_user_is_refused(handle):
    with pytest.raises(Unknown, match="user: .*'ann'; expected 'admin'"):
        handle.client(user="ann")


def test_long_name_of_a_user_is_refused_by_every_method(handle):
    for method in (handle.user, handle.client, lambda name: handle.token(user=name)):
        with pytest.raises(Invalid, match="expected at most 1000 characters"):
            method("x" * 1_001)


def test_misspelt_user_of_a_client_gets_the_nearest_name(handle):
    handle.user("viewer")
    with pytest.raises(Unknown, match="has no user 'viewr'; did you mean 'viewer'[?]$"):
        handle.client("viewr")


def test_message_about_an_unknown_user_lists_a_few(handle):
    for number in range(20):
        handle.user(f"user {number} \n")
    with pytest.raises(Unknown, match=r"has no user 'nobody'; expected one of .*'user 8 \\n'$"):
        handle.client("nobody")
