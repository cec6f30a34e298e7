// A job's life through the clients that orval generates from both documents, for axios.
import assert from "node:assert/strict";
import axios from "axios";
import * as zuora from "./generated/api.js";
import * as mock from "./generated/control.js";

axios.defaults.baseURL = process.env.ZUORA_URL ?? "";
const api = zuora.getMockZuoraCustomObjectJobs();
const control = mock.getMockZuoraControlAPI();

const { data: tenant } = await control.tenantsAdd({});
const { data: token } = await api.createToken({
  client_id: tenant.client_id,
  client_secret: tenant.client_secret,
  grant_type: "client_credentials",
});
axios.defaults.headers.common["Authorization"] = `Bearer ${token.access_token}`;

const { data: defined } = await api.pOSTCustomObjectDefinitions({
  definitions: {
    vehicle: {
      object: "vehicle",
      label: "Vehicle",
      properties: { brand__c: { type: "string", label: "Brand" }, doors__c: { type: "integer", label: "Doors" } },
      filterable: ["brand__c"],
    },
  },
});
assert.equal(defined.count, 1);

const { data: job } = await api.pOSTCustomObjectBulkJob({ operation: "create", namespace: "default", object: "vehicle" });
assert.equal(job.status, "pending");
const file = new Blob(["brand__c,doors__c\nVolvo,5\nFiat,four\n"], { type: "text/csv" });
const { data: uploaded } = await api.pOSTUploadFileForCustomObjectBulkJob(job.Id, file);
assert.equal(uploaded.status, "in_progress");

const query = { tenant: tenant.name };
await control.clockAdvance({ seconds: 60 }, query);
const { data: ended } = await api.gETCustomObjectBulkJob(job.Id);
assert.deepEqual([ended.status, ended.recordsProcessed], ["completed", 1]);
const { data: errors } = await api.gETCustomObjectBulkJobErrors(job.Id);
assert.deepEqual(errors.errors.map((each) => each.row), [3]);

const { data: records } = await api.gETAllRecordsForCustomObjectType("vehicle", { q: "brand__c:Volvo" });
assert.equal(records.records[0]?.["brand__c"], "Volvo");

await assert.rejects(api.pATCHCustomObjectBulkJob(job.Id), (error) => axios.isAxiosError<zuora.Error>(error) && error.response?.data.code === 71013620);

await control.faultsAdd({ path: "/objects/jobs", status: 503 }, query);
await assert.rejects(api.gETAllCustomObjectBulkJobs({ pageSize: 5 }), (error) => axios.isAxiosError(error) && error.response?.status === 503);
