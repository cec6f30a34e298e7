/** A small client of Zuora's Custom Object Jobs API, written with fetch. */

import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

const ATTEMPTS = 5;
const FINAL = ["completed", "failed", "cancelled"];
const MAX_PAUSE = 60;

/** A refused request, with its status, error code and message. */
export class Refused extends Error {
  constructor(status, content) {
    // Zuora's documentation has two forms of errors. A 401 has no code. A gateway may answer with HTML.
    const problem = content?.reasons?.[0] ?? content ?? {};
    super(`${status} ${problem.code ?? ""}: ${problem.message ?? "no message"}`);
    Object.assign(this, { name: "Refused", status, code: problem.code });
  }
}

/** The job failed. Records that it wrote before the failure remain. */
export class JobFailed extends Error {
  constructor(job) {
    super(`${job.error.code}: ${job.error.message}`);
    Object.assign(this, { name: "JobFailed", job });
  }
}

/** Runs bulk jobs. It gets access tokens, and retries requests that may be retried. */
export class ZuoraJobs {
  #url;
  #form;
  #sleep;
  #token;

  /** `sleep` waits for a number of seconds. */
  constructor({ url, clientId, clientSecret, sleep = (seconds) => wait(seconds * 1000) }) {
    this.#url = url;
    this.#form = { client_id: clientId, client_secret: clientSecret, grant_type: "client_credentials" };
    this.#sleep = sleep;
  }

  /** Creates the records of a CSV file, and returns the finished job. */
  async loadFile(object, path) {
    return this.run("create", object, await readFile(path));
  }

  /**
   * Submits a job, uploads its file if there is one, and waits until it finishes.
   *
   * Throws Refused, JobFailed, and fetch's TypeError if the response to a submit or an upload was lost.
   */
  async run(operation, object, csv) {
    let job = await this.#send("POST", "/objects/jobs", {
      body: JSON.stringify({ operation, namespace: "default", object }),
      type: "application/json",
    });
    if (csv !== undefined) {
      await this.#send("POST", `/objects/jobs/${job.Id}/files`, { body: csv, type: "text/csv" });
    }
    job = await this.#finished(job.Id);
    if (job.status === "failed") {
      throw new JobFailed(job);
    }
    return job;
  }

  /** Returns the messages of rejected rows by row number; row 1 is the header. */
  async rejectedRows(job) {
    const { errors } = await this.#send("GET", `/objects/jobs/${job.Id}/errors`);
    return new Map(errors.map((error) => [error.row, error.message]));
  }

  async #finished(id) {
    for (let pause = 1; ; pause = Math.min(pause * 2, MAX_PAUSE)) {
      const job = await this.#send("GET", `/objects/jobs/${id}`);
      if (FINAL.includes(job.status)) {
        return job;
      }
      await this.#sleep(pause);
    }
  }

  async #send(method, path, { body, type } = {}) {
    for (let attempt = 0; ; attempt++) {
      const isLast = attempt === ATTEMPTS - 1;
      const pause = 2 ** attempt;
      let response;
      try {
        response = await this.#sendOnce(method, path, body, type);
      } catch (error) {
        // A request that changes something may have arrived; sending it again could submit a job twice.
        if (error instanceof Refused || method !== "GET" || isLast) {
          throw error;
        }
        await this.#sleep(pause);
        continue;
      }
      if (response.status === 401 && attempt === 0) {
        this.#token = undefined;
      } else if ([429, 503].includes(response.status) && !isLast) {
        await this.#sleep(Number(response.retryAfter ?? pause));
      } else if (response.status >= 400) {
        throw new Refused(response.status, response.content);
      } else {
        return response.content;
      }
    }
  }

  async #sendOnce(method, path, body, type) {
    this.#token ??= await this.#newToken();
    const headers = { Authorization: `Bearer ${this.#token}`, ...(type && { "Content-Type": type }) };
    return this.#fetch(path, { method, headers, body });
  }

  async #newToken() {
    const { status, content } = await this.#fetch("/oauth/token", { method: "POST", body: new URLSearchParams(this.#form) });
    if (status >= 400) {
      throw new Refused(status, content);
    }
    return content.access_token;
  }

  async #fetch(path, options) {
    const response = await fetch(this.#url + path, { ...options, signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    let content;
    try {
      content = JSON.parse(text);
    } catch (error) {
      if (response.ok) {
        throw error;
      }
    }
    return { status: response.status, retryAfter: response.headers.get("Retry-After"), content };
  }
}
