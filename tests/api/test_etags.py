import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def path(client):
    """The path of a record in its first version."""
    await client.post("/objects/definitions/default", json={"definitions": {"car": CAR}})
    made = (await client.post("/objects/records/default/car", json={"records": [{"color__c": "red"}]})).json()
    return f"/objects/records/default/car/{made['records'][0]['Id']}"


CAR = {"object": "car", "label": "Car", "properties": {"color__c": {"type": "string", "label": "Color"}}}
BLUE = {"color__c": "blue"}


@pytest.mark.fidelity("records-06")
async def test_etag_is_the_record_version(client, path):
    assert (await client.get(path)).headers["etag"] == '"1"'
    assert (await client.put(path, json=BLUE)).headers["etag"] == '"2"'
    assert (await client.patch(path, json=BLUE)).headers["etag"] == '"3"'


@pytest.mark.parametrize("if_match", ['"1"', "*", '"7", "1"', 'W/"1"'])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_matching_if_match_is_accepted(client, path, method, if_match):
    body = {} if method == "DELETE" else {"json": BLUE}
    response = await client.request(method, path, headers={"If-Match": if_match}, **body)
    assert response.status_code == 200


@pytest.mark.fidelity("records-06")
@pytest.mark.parametrize("if_match", ['"2"', '"x"', "", "1"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_if_match_changes_nothing(client, path, method, if_match):
    body = {} if method == "DELETE" else {"json": BLUE}
    response = await client.request(method, path, headers={"If-Match": if_match}, **body)
    assert (response.status_code, response.json()["code"]) == (412, 71012530)
    assert "If-Match" in response.json()["message"]
    assert (await client.get(path)).json()["color__c"] == "red"


async def test_missing_record_matches_no_version(client, path):
    await client.delete(path)
    assert (await client.delete(path, headers={"If-Match": "*"})).status_code == 412
    assert (await client.put(path, json=BLUE, headers={"If-Match": "*"})).status_code == 404
