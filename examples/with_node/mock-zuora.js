/**
 * Controls a mock_zuora server from tests: its tenants, clock, faults, jobs and recorded requests.
 *
 * Copy this file and mock-zuora.d.ts into your project. They need Node 20 or newer, and no packages. The methods have the
 * names of the Python handle in camel case. Options and results have the names of the control API.
 */

/** The method, path, positional arguments and, if only a part is returned, result field of each operation. */
const OPERATIONS = {
  // Generated from the control API's OpenAPI document by `make pages`. Do not edit.
  "clock.now": ["GET", "/clock", []],
  "clock.change": ["PATCH", "/clock", []],
  "clock.set": ["PUT", "/clock", ["now"]],
  "clock.advance": ["POST", "/clock/advance", ["seconds"]],
  "clock.next": ["POST", "/clock/next", []],
  "define": ["POST", "/definitions", ["definitions"]],
  "faults.all": ["GET", "/faults", []],
  "faults.add": ["POST", "/faults", []],
  "faults.clear": ["DELETE", "/faults", []],
  "faults.sequence": ["POST", "/faults/sequence", ["effects"]],
  "faults.get": ["GET", "/faults/{id}", ["id"]],
  "faults.remove": ["DELETE", "/faults/{id}", ["id"]],
  "settings": ["GET", "/settings", []],
  "configure": ["PATCH", "/settings", []],
  "allSettings": ["GET", "/settings/all", []],
  "info": ["GET", "/info", []],
  "fidelity": ["GET", "/fidelity", []],
  "requests.explain": ["GET", "/errors/{code}", ["code"]],
  "assumptions.all": ["GET", "/assumptions", []],
  "jobs.outcomes": ["GET", "/jobs/outcomes", []],
  "jobs.clearOutcomes": ["DELETE", "/jobs/outcomes", []],
  "jobs.failNext": ["POST", "/jobs/outcomes/failure", []],
  "jobs.rejectRows": ["POST", "/jobs/outcomes/rejection", []],
  "jobs.holdNext": ["POST", "/jobs/outcomes/hold", []],
  "jobs.removeOutcome": ["DELETE", "/jobs/outcomes/{id}", ["id"]],
  "jobs.all": ["GET", "/jobs", []],
  "jobs.counts": ["GET", "/jobs/counts", []],
  "jobs.fill": ["POST", "/jobs/fill", []],
  "jobs.get": ["GET", "/jobs/{id}", ["id"]],
  "jobs.errors": ["GET", "/jobs/{id}/errors", ["id"]],
  "jobs.file": ["GET", "/jobs/{id}/file", ["id"]],
  "jobs.step": ["POST", "/jobs/{id}/step", ["id"]],
  "jobs.complete": ["POST", "/jobs/{id}/complete", ["id"]],
  "jobs.fail": ["POST", "/jobs/{id}/fail", ["id"]],
  "jobs.wait": ["GET", "/jobs/{id}/wait", ["id"]],
  "records": ["GET", "/records/{object}", ["object"]],
  "addRecords": ["POST", "/records/{object}", ["object"]],
  "objects.all": ["GET", "/objects", []],
  "objects.get": ["GET", "/objects/{object}", ["object"]],
  "objects.records": ["GET", "/objects/{object}/records", ["object"]],
  "objects.record": ["GET", "/objects/{object}/records/{id}", ["object", "id"]],
  "requests.find": ["GET", "/requests", [], "requests"],
  "requests.clear": ["DELETE", "/requests", []],
  "requests.summaries": ["GET", "/requests/summaries", []],
  "requests.count": ["GET", "/requests/count", [], "count"],
  "requests.wait": ["GET", "/requests/wait", [], "requests"],
  "requests.get": ["GET", "/requests/{id}", ["id"]],
  "warnings": ["GET", "/warnings", []],
  "snapshots.all": ["GET", "/snapshots", []],
  "snapshots.get": ["GET", "/snapshots/{name}", ["name"]],
  "snapshots.save": ["PUT", "/snapshots/{name}", ["name"]],
  "snapshots.restore": ["POST", "/snapshots/{name}", ["name"]],
  "snapshots.drop": ["DELETE", "/snapshots/{name}", ["name"]],
  "exportState": ["GET", "/state", []],
  "importState": ["PUT", "/state", []],
  "tenants.all": ["GET", "/tenants", []],
  "tenants.add": ["POST", "/tenants", []],
  "tenants.drop": ["DELETE", "/tenants/{name}", ["name"]],
  "reset": ["POST", "/reset", []],
  "seed": ["PUT", "/seed", []],
  "user": ["POST", "/users", ["name"]],
  "token": ["POST", "/tokens", [], "access_token"],
  "client": ["POST", "/clients", []],
  // End of the generated part.
};

/** A refused request to the control API. `kind` is the kind of the error, `status` the status of the response. */
export class ControlError extends Error {
  constructor(status, { error, kind }) {
    super(error);
    Object.assign(this, { name: "ControlError", status, kind });
  }
}

/** A tenant of a server. Its methods act on that tenant. */
export class MockZuora {
  #controlToken;
  #tenant;

  constructor(url, controlToken, tenant) {
    this.url = url;
    this.#controlToken = controlToken;
    this.#tenant = tenant;
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      const [group, method] = name.split(".");
      const run = (...values) => this.#run(name, operation, values);
      if (method) {
        this[group] = { ...this[group], [method]: run };
      } else {
        this[name] = run;
      }
    }
    this.clock.freeze = () => this.clock.change({ frozen: true });
    this.clock.resume = () => this.clock.change({ frozen: false });
    this.clock.runAt = (speed) => this.clock.change({ speed });
    this.jobs.last = async () => (await this.jobs.all({ order: "newest", limit: 1 }))[0];
    this.requests.last = async () => (await this.requests.find({ order: "newest", limit: 1 }))[0];
  }

  /** Returns the handle of the server's default tenant. Throws if no server responds. */
  static async connect(url, { controlToken } = {}) {
    const zuora = new MockZuora(url.replace(/\/+$/, ""), controlToken);
    await zuora.info();
    return zuora;
  }

  /** Returns the handle of a new tenant, or of an existing one of that name. A new one has the initial state of this one. */
  async tenant(name) {
    const exists = name !== undefined && (await this.info()).tenants.includes(name);
    const full = exists ? name : (await this.tenants.add({ name })).name;
    return new MockZuora(this.url, this.#controlToken, full);
  }

  /** Removes the tenant with all that belongs to it, and returns what was planned for it but never used. */
  async drop() {
    return this.tenants.drop((await this.info()).tenant);
  }

  /** Returns an Authorization header with a new access token of the tenant. */
  async headers(options) {
    return { Authorization: `Bearer ${await this.token(options)}` };
  }

  async #run(name, [method, path, positional, field], values) {
    const options = { ...values[positional.length] };
    for (const [index, each] of positional.entries()) {
      const value = each === "id" ? values[index]?.id ?? values[index] : values[index];
      if (value === undefined || value === "") {
        throw new TypeError(`${name}: ${each} is missing`);
      }
      options[each] = value;
    }
    const url = new URL(this.url + "/__mock/v1" + path.replace(/\{(\w+)\}/g, (_, each) => {
      const value = encodeURIComponent(options[each]);
      delete options[each];
      return value;
    }));
    const content = await this.#send(url, method, options);
    return field ? content[field] : content;
  }

  async #send(url, method, options) {
    const headers = this.#controlToken ? { Authorization: `Bearer ${this.#controlToken}` } : {};
    const hasBody = !["GET", "DELETE"].includes(method);
    for (const [name, value] of Object.entries(hasBody ? {} : options)) {
      if (value !== undefined && value !== null) {
        url.searchParams.set(name, value);
      }
    }
    if (this.#tenant) {
      url.searchParams.set("tenant", this.#tenant);
    }
    if (hasBody && Object.keys(options).length) {
      headers["Content-Type"] = "application/json";
    }
    const body = headers["Content-Type"] && JSON.stringify(options);
    const response = await fetch(url, { method, headers, body });
    const text = await response.text();
    if (!response.ok) {
      throw new ControlError(response.status, errorOf(response.status, text));
    }
    return text ? JSON.parse(text) : undefined;
  }
}

function errorOf(status, text) {
  try {
    return JSON.parse(text);
  } catch {
    return { error: `the server responded with ${status}: ${text.slice(0, 200)}`, kind: "unexpected" };
  }
}
