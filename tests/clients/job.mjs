// Runs a job with fetch: submits it, uploads its file, polls until it has ended, and prints its records.
// Arguments: the base URL, the id and the secret of an OAuth client.
const [base, id, secret] = process.argv.slice(2);
const headers = {};

async function ask(path, body, type) {
  const method = body === undefined ? "GET" : "POST";
  const response = await fetch(base + path, { method, body, headers: { ...headers, "Content-Type": type ?? "application/json" } });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

const form = new URLSearchParams({ client_id: id, client_secret: secret, grant_type: "client_credentials" });
const { access_token: token } = await ask("/oauth/token", form.toString(), "application/x-www-form-urlencoded");
headers.Authorization = `Bearer ${token}`;
const job = await ask("/objects/jobs", JSON.stringify({ operation: "create", namespace: "default", object: "vehicle" }));
let { status } = await ask(`/objects/jobs/${job.Id}/files`, "brand__c\nVolvo\nSaab\n", "text/csv");
while (status !== "completed") ({ status } = await ask(`/objects/jobs/${job.Id}`));
console.log(JSON.stringify(await ask("/objects/records/default/vehicle")));
