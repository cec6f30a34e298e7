// A job's life through the clients that @hey-api/openapi-ts generates from both documents.
import assert from "node:assert/strict";
import * as zuora from "./generated/api/index.js";
import { client } from "./generated/api/client.gen.js";
import * as mock from "./generated/control/index.js";
import { client as control } from "./generated/control/client.gen.js";

const baseUrl = process.env.ZUORA_URL ?? "";
client.setConfig({ baseUrl });
control.setConfig({ baseUrl });

const { data: tenant } = await mock.tenantsAdd({ body: {}, throwOnError: true });
const { data: token } = await zuora.createToken({
  body: { client_id: tenant.client_id, client_secret: tenant.client_secret, grant_type: "client_credentials" },
  throwOnError: true,
});
client.setConfig({ baseUrl, auth: token.access_token });

const { data: defined } = await zuora.postCustomObjectDefinitions({
  body: {
    definitions: {
      vehicle: {
        object: "vehicle",
        label: "Vehicle",
        properties: { brand__c: { type: "string", label: "Brand" }, doors__c: { type: "integer", label: "Doors" } },
        filterable: ["brand__c"],
      },
    },
  },
  throwOnError: true,
});
assert.equal(defined.count, 1);

const { data: job } = await zuora.postCustomObjectBulkJob({
  body: { operation: "create", namespace: "default", object: "vehicle" },
  throwOnError: true,
});
assert.equal(job.status, "pending");
const path = { id: job.Id };
const file = new Blob(["brand__c,doors__c\nVolvo,5\nFiat,four\n"], { type: "text/csv" });
const { data: uploaded } = await zuora.postUploadFileForCustomObjectBulkJob({ path, body: file, throwOnError: true });
assert.equal(uploaded.status, "in_progress");

const query = { tenant: tenant.name };
await mock.clockAdvance({ query, body: { seconds: 60 }, throwOnError: true });
const { data: ended } = await zuora.getCustomObjectBulkJob({ path, throwOnError: true });
assert.deepEqual([ended.status, ended.recordsProcessed], ["completed", 1]);
const { data: errors } = await zuora.getCustomObjectBulkJobErrors({ path, throwOnError: true });
assert.deepEqual(errors.errors.map((each) => each.row), [3]);

const { data: records } = await zuora.getAllRecordsForCustomObjectType({
  path: { object: "vehicle" },
  query: { q: "brand__c:Volvo" },
  throwOnError: true,
});
assert.equal(records.records[0]?.["brand__c"], "Volvo");

const { error } = await zuora.patchCustomObjectBulkJob({ path });
assert(error && "code" in error && error.code === 71013620);

await mock.faultsAdd({ query, body: { path: "/objects/jobs", status: 503 }, throwOnError: true });
const { response } = await zuora.getAllCustomObjectBulkJobs({ query: { pageSize: 5 } });
assert.equal(response?.status, 503);
