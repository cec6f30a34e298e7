"""A minimal client: submits a job, uploads its file, polls until the job is finished and reads the records."""

import json
import os
import time
import urllib.parse
import urllib.request

URL = os.environ["ZUORA_URL"]


def send(method, path, body=None, content_type="application/json", **headers):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": content_type, **headers}, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


credentials = {
    "client_id": os.environ["ZUORA_CLIENT_ID"],
    "client_secret": os.environ["ZUORA_CLIENT_SECRET"],
    "grant_type": "client_credentials",
}
form = urllib.parse.urlencode(credentials).encode()
token = send("POST", "/oauth/token", form, "application/x-www-form-urlencoded")["access_token"]
headers = {"Authorization": f"Bearer {token}"}

job = send("POST", "/objects/jobs", {"operation": "create", "namespace": "default", "object": "vehicle"}, **headers)
path = f"/objects/jobs/{job['Id']}"
send("POST", f"{path}/files", b"brand__c\nVolvo\nSaab\n", "text/csv", **headers)
while job["status"] not in ("completed", "failed", "cancelled"):
    time.sleep(0.1)
    job = send("GET", path, **headers)
records = send("GET", "/objects/records/default/vehicle", **headers)["records"]
print(f"{job['status']}: {', '.join(sorted((record['brand__c'] for record in records), reverse=True))}")
