// Tests of the client in TypeScript, with vitest. ZUORA_URL is the URL of a mock_zuora server.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type FaultRule, MockZuora } from "./mock-zuora.js";
import { ZuoraJobs } from "./zuora-jobs.js";

const VEHICLES = "brand__c,color__c\nVolvo,blue\nSaab,green\n";

const server = await MockZuora.connect(process.env.ZUORA_URL ?? "http://127.0.0.1:8080");
let zuora: MockZuora;
let jobs: ZuoraJobs;

beforeEach(async () => {
  zuora = await server.tenant();
  await zuora.configure({ transitions: "time", processing_time: 100 });
  await zuora.clock.freeze();
  const { client_id: clientId, client_secret: clientSecret } = await zuora.client();
  const sleep = async (seconds: number) => {
    await zuora.clock.advance(seconds);
  };
  jobs = new ZuoraJobs({ url: zuora.url, clientId, clientSecret, sleep });
});

afterEach(() => zuora.drop());

const busy: FaultRule[] = [
  { path: "/objects/jobs", status: 503, retry_after: 7, times: 1 },
  { path: "/objects/jobs/*", method: "GET", status: 429, retry_after: 60, times: 2 },
  { path: "/objects/jobs/*", method: "GET", reset: true, times: 2 },
];

test.each(busy)("the job completes in spite of $path $status", async (rule) => {
  const fault = await zuora.faults.add(rule);
  expect((await jobs.run("create", "vehicle", VEHICLES)).status).toBe("completed");
  expect((await zuora.faults.get(fault)).hits).toBe(rule.times);
});

test("rejected rows have messages", async () => {
  await zuora.jobs.rejectRows({ where: { brand__c: "Saab" }, message: "boom" });
  const job = await jobs.run("create", "vehicle", VEHICLES);
  expect(await jobs.rejectedRows(job)).toEqual(new Map([[3, "boom"]]));
});

test("each request has the token of the client", async () => {
  await jobs.run("create", "vehicle", VEHICLES);
  const requests = await zuora.requests.find({ path: "/objects/**" });
  expect(new Set(requests.map((request) => request.status))).toEqual(new Set([200]));
  expect(new Set(requests.map((request) => request.user)).size).toBe(1);
});
