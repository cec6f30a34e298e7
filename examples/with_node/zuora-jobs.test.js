// Tests of the client, with and without faults. ZUORA_URL is the URL of a mock_zuora server.

import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, before, beforeEach, test } from "node:test";
import { ControlError, MockZuora } from "./mock-zuora.js";
import { JobFailed, Refused, ZuoraJobs } from "./zuora-jobs.js";

const VEHICLES = "brand__c,color__c\nVolvo,blue\nSaab,green\n";

let server, zuora, jobs, pauses;

before(async () => {
  server = await MockZuora.connect(process.env.ZUORA_URL ?? "http://127.0.0.1:8080");
});

// Each test has a tenant of its own: no other test sees its records, jobs, clock, faults and recorded requests.
beforeEach(async () => {
  zuora = await server.tenant();
  await zuora.configure({ transitions: "time", queue_delay: 0, processing_time: 100 });
  await zuora.clock.freeze();
  const { client_id: clientId, client_secret: clientSecret } = await zuora.client();
  pauses = [];
  // When the client sleeps, the clock of the tenant advances instead.
  const sleep = async (seconds) => {
    pauses.push(seconds);
    await zuora.clock.advance(seconds);
  };
  jobs = new ZuoraJobs({ url: zuora.url, clientId, clientSecret, sleep });
});

afterEach(() => zuora.drop());

test("a CSV file is loaded", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "zuora-")), "vehicles.csv");
  await writeFile(path, VEHICLES);
  const job = await jobs.loadFile("vehicle", path);
  assert.equal(job.recordsProcessed, 2);
  assert.deepEqual((await zuora.records("vehicle")).map((record) => record.brand__c), ["Volvo", "Saab"]);
});

test("polling backs off", async () => {
  const job = await jobs.run("create", "vehicle", VEHICLES);
  assert.equal(job.processingTime, 100_000);
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60]);
});

test("a 503 is retried after the time in Retry-After", async () => {
  const fault = await zuora.faults.add({ path: "/objects/jobs", method: "POST", status: 503, retry_after: 7, times: 2 });
  await jobs.run("create", "vehicle", VEHICLES);
  assert.equal((await zuora.faults.get(fault)).hits, 2);
  assert.deepEqual(pauses.slice(0, 2), [7, 7]);
});

test("the client gives up after several attempts", async () => {
  await zuora.faults.add({ path: "/objects/jobs", status: 503 });
  await assert.rejects(jobs.run("create", "vehicle", VEHICLES), (error) => error instanceof Refused && error.status === 503);
  assert.deepEqual(pauses, [1, 2, 4, 8]);
});

test("a lost response does not submit a job twice", async () => {
  await zuora.faults.add({ path: "/objects/jobs", method: "POST", reset: true, times: 1 });
  await assert.rejects(jobs.run("create", "vehicle", VEHICLES), TypeError);
  assert.equal((await zuora.jobs.all()).length, 1);
});

test("a lost response to a poll is retried", async () => {
  await zuora.faults.add({ path: "/objects/jobs/*", method: "GET", reset: true, times: 2 });
  await jobs.run("create", "vehicle", VEHICLES);
  assert.equal((await zuora.faults.all())[0].hits, 2);
});

test("an expired token is renewed", async () => {
  await jobs.run("create", "vehicle", VEHICLES);
  await zuora.clock.advance(3601);
  await jobs.run("create", "vehicle", VEHICLES);
  assert.equal(await zuora.requests.count({ path: "/oauth/token" }), 2);
  assert.equal(await zuora.requests.count({ status: 401 }), 1);
});

test("rejected rows are reported, and other rows are written", async () => {
  await zuora.jobs.rejectRows({ rows: { 3: [71012520, "boom"] } });
  const job = await jobs.run("create", "vehicle", VEHICLES);
  assert.deepEqual([...(await jobs.rejectedRows(job))], [[3, "boom"]]);
  assert.equal((await zuora.records("vehicle")).length, 1);
});

test("a failed job is reported", async () => {
  await zuora.jobs.failNext({ after_records: 1 });
  await assert.rejects(jobs.run("create", "vehicle", VEHICLES), JobFailed);
  assert.equal((await zuora.jobs.last()).status, "failed");
  assert.equal((await zuora.records("vehicle")).length, 1);
});

test("the file is sent as it is", async () => {
  await jobs.run("create", "vehicle", VEHICLES);
  const [upload] = await zuora.requests.find({ path: "/objects/jobs/*/files" });
  assert.equal(upload.headers["content-type"], "text/csv");
  assert.equal(upload.body, VEHICLES);
});

test("a mistake in a test has a message that names it", async () => {
  await assert.rejects(zuora.clock.advance(-1), (error) => error instanceof ControlError && /seconds: -1/.test(error.message));
  await assert.rejects(zuora.faults.get(), /faults.get: id is missing/);
  await assert.rejects(zuora.faults.get("none"), (error) => error.status === 404);
});
