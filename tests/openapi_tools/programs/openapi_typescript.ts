// A job's life through openapi-fetch, with the types that openapi-typescript generates from both documents.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./generated/api.js";
import type { paths as ControlPaths } from "./generated/control.js";

const baseUrl = process.env.ZUORA_URL ?? "";
const control = createClient<ControlPaths>({ baseUrl });
const { data: tenant } = await control.POST("/__mock/v1/tenants", { body: {} });
assert(tenant);

const form = { client_id: tenant.client_id, client_secret: tenant.client_secret, grant_type: "client_credentials" } as const;
const anonymous = createClient<paths>({ baseUrl });
const { data: token } = await anonymous.POST("/oauth/token", {
  body: form,
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
assert(token);

const zuora = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token.access_token}` } });
const vehicle = {
  object: "vehicle",
  label: "Vehicle",
  properties: { brand__c: { type: "string", label: "Brand" }, doors__c: { type: "integer", label: "Doors" } },
  filterable: ["brand__c"],
} as const;
const { data: defined } = await zuora.POST("/objects/definitions/default", {
  body: { definitions: { vehicle: { ...vehicle, filterable: [...vehicle.filterable] } } },
});
assert.equal(defined?.count, 1);

const { data: definition } = await zuora.GET("/objects/definitions/default/{object}", {
  params: { path: { object: "vehicle" } },
});
assert.equal(definition?.schema.properties["brand__c"]?.type, "string");
assert.equal(definition.schema.properties.Id.format, "uuid");

const { data: job } = await zuora.POST("/objects/jobs", {
  body: { operation: "create", namespace: "default", object: "vehicle" },
});
assert.equal(job?.status, "pending");
const params = { path: { id: job.Id } };
const { data: uploaded } = await zuora.POST("/objects/jobs/{id}/files", {
  params,
  headers: { "Content-Type": "text/csv" },
  body: "brand__c,doors__c\nVolvo,5\nFiat,four\n",
  bodySerializer: (body) => body,
});
assert.equal(uploaded?.status, "in_progress");

const query = { tenant: tenant.name };
await control.POST("/__mock/v1/clock/advance", { params: { query }, body: { seconds: 60 } });
const { data: ended } = await zuora.GET("/objects/jobs/{id}", { params });
assert.deepEqual([ended?.status, ended?.recordsProcessed], ["completed", 1]);
const { data: errors } = await zuora.GET("/objects/jobs/{id}/errors", { params });
assert.deepEqual(errors?.errors.map((each) => each.row), [3]);

const { data: records } = await zuora.GET("/objects/records/default/{object}", {
  params: { path: { object: "vehicle" }, query: { q: "brand__c:Volvo" } },
});
assert.equal(records?.records[0]?.["brand__c"], "Volvo");

const { error } = await zuora.PATCH("/objects/jobs/{id}/cancel", { params });
assert(error && "code" in error && error.code === 71013620);

await control.POST("/__mock/v1/faults", { params: { query }, body: { path: "/objects/jobs", status: 503 } });
const { response } = await zuora.GET("/objects/jobs", { params: { query: { pageSize: 5 } } });
assert.equal(response.status, 503);
