"""Paths, bodies and steps that several scenarios send."""

JOBS = "/objects/jobs"
CARS = "/objects/records/default/car"
DEFINITIONS = "/objects/definitions/default"
CSV = {"Content-Type": "text/csv"}
CREATE = {"operation": "create", "object": "car", "namespace": "default"}
CAR = {
    "object": "car",
    "label": "Car",
    "properties": {
        "brand__c": {"type": "string", "label": "Brand"},
        "doors__c": {"type": "integer", "label": "Doors"},
    },
}


async def define(client, **changes):
    """Defines ``car``, with changes of its definition."""
    response = await client.post(DEFINITIONS, json={"definitions": {"car": {**CAR, **changes}}})
    assert response.status_code == 200, response.text


async def add_car(client, **values):
    """Creates a record; returns its path."""
    response = await client.post(CARS, json={"records": [values]})
    return f"{CARS}/{response.json()['records'][0]['Id']}"


async def run_job(client, file, operation="create"):
    """Submits a job, uploads its file, and reads the job and its errors after it has ended; returns the job's id."""
    submitted = await client.post(JOBS, json={**CREATE, "operation": operation})
    path = f"{JOBS}/{submitted.json()['Id']}"
    await client.post(f"{path}/files", content=file, headers=CSV)
    client.pass_seconds(10)
    await client.get(path)
    await client.get(f"{path}/errors")
