// Sends two GETs and two POSTs with fetch, and prints the status or the error of each.

const url = `${process.env.ZUORA_URL}/objects/jobs`;
const headers = { Authorization: `Bearer ${process.env.ZUORA_TOKEN}`, "Content-Type": "application/json" };
const job = JSON.stringify({ operation: "create", namespace: "default", object: "vehicle" });

for (const [method, body] of [["GET"], ["GET"], ["POST", job], ["POST", job]]) {
  try {
    const response = await fetch(url, { method, headers, body });
    await response.text();
    console.log(method, response.status);
  } catch (error) {
    console.log(method, error.name);
  }
}
