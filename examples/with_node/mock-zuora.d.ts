/** Types of mock-zuora.js. */

/** A refused request to the control API. */
export class ControlError extends Error {
  readonly kind: string;
  readonly status: number;
}

/** A tenant of a server. Its methods act on that tenant. */
export class MockZuora {
  /** Returns the handle of the server's default tenant. Throws if no server responds. */
  static connect(url: string, options?: { controlToken?: string }): Promise<MockZuora>;
  /** Base URL of the emulated API, without a trailing slash. */
  readonly url: string;
  /** Returns the handle of a new tenant, or of an existing one of that name. A new one has the initial state of this one. */
  tenant(name?: string): Promise<MockZuora>;
  /** Removes the tenant with all that belongs to it, and returns what was planned for it but never used. */
  drop(): Promise<DroppedTenant>;
  /** Returns an Authorization header with a new access token of the tenant. */
  headers(options?: Token): Promise<{ Authorization: string }>;
}

export interface Clock {
  /** Stops the clock. */
  freeze(): Promise<ClockTime>;
  /** Lets a frozen clock run again. */
  resume(): Promise<ClockTime>;
  /** Lets the clock run at a multiple of real time. */
  runAt(speed: number): Promise<ClockTime>;
}

export interface Jobs {
  /** Returns the newest job, or undefined if there is none. */
  last(): Promise<JobInfo | undefined>;
}

export interface Requests {
  /** Returns the newest recorded request, or undefined if there is none. */
  last(): Promise<RecordedRequest | undefined>;
}

// Generated from the control API's OpenAPI document by `make pages`. Do not edit.
export interface Clock {
  /** Returns a tenant's time, the speed of its clock, the real time, and when the clock moves a job next. */
  now(): Promise<ClockTime>;
  /** Freezes a tenant's clock, resumes it, or runs it at another speed. */
  change(options?: ClockChange): Promise<ClockTime>;
  /** Sets a tenant's clock, which then goes on as before. */
  set(now: string): Promise<ClockTime>;
  /** Moves a tenant's clock ahead, and responds when everything that is due by then has been done. */
  advance(seconds: number): Promise<ClockTime>;
  /** Moves a tenant's clock ahead to the time when it moves a job next, and responds when that has been done. */
  next(): Promise<ClockTime>;
}

export interface MockZuora {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly requests: Requests;
  readonly assumptions: Assumptions;
  readonly jobs: Jobs;
  readonly objects: Objects;
  readonly snapshots: Snapshots;
  readonly tenants: Tenants;
  /** Defines objects, all of them or none, as a POST of definitions does. Returns their definitions by name. */
  define(definitions: Record<string, any>): Promise<Record<string, any>>;
  /** Returns the settings of a tenant. */
  settings(): Promise<Record<string, any>>;
  /** Changes settings of a tenant from now on, and returns all of them. Omitted settings stay as they are. */
  configure(options?: TenantOptions): Promise<Record<string, any>>;
  /** Lists the settings of the server and of a tenant with their values and where they were set, without secrets. */
  allSettings(): Promise<Array<SettingInfo>>;
  /** Returns the server's version, who may use its control API, and the state of a tenant. */
  info(): Promise<ServerInfo>;
  /** Lists the behaviours of the emulated API with their sources, their places in the code, and what was observed. */
  fidelity(): Promise<Array<Behaviour>>;
  /** Lists the current records of an object, in the order of their creation: none of an object that does not exist. */
  records(object: string): Promise<Array<Record<string, any>>>;
  /** Adds records to an object, all of them or none, and returns them. They are objects, or the text of a CSV file. */
  addRecords(object: string, options?: AddRecords): Promise<Array<Record<string, any>>>;
  /** Lists the requests that were accepted although Zuora does not document them, oldest first. */
  warnings(): Promise<Array<FidelityWarning>>;
  /** Exports a tenant's users, objects, records and jobs as one document, without secrets. */
  exportState(): Promise<Record<string, any>>;
  /** Replaces the state of a tenant with an exported document. The clock continues from the document's time. */
  importState(document: TenantState): Promise<void>;
  /** Resets a tenant to its initial state at once, or only the parts in ``scope``. */
  reset(options?: Reset): Promise<void>;
  /** Replaces a tenant's initial state, with a document as in a seed file, and resets its jobs and records to it. */
  seed(options?: TenantSeed): Promise<void>;
  /** Adds a user of a tenant, by default with every permission, or changes the permissions of an existing one. */
  user(name: string, options?: { permissions?: Array<Permission> }): Promise<UserInfo>;
  /** Issues an access token of a tenant, by default for its first user and with the permissions of its user. */
  token(options?: Token): Promise<IssuedToken["access_token"]>;
  /** Creates an OAuth client of a tenant, for POST /oauth/token. Its tokens act as the user. */
  client(options?: Client): Promise<ClientCredentials>;
}

export interface Faults {
  /** Lists the faults of a tenant with their hits, in the order in which they were added. */
  all(): Promise<Array<Fault>>;
  /** Adds a fault for requests by path, operation and method: all of them, a number of them, the n-th, or at random. */
  add(options?: FaultRule): Promise<Fault>;
  /** Removes every fault of a tenant. */
  clear(): Promise<void>;
  /** Adds faults that hit consecutive matching requests, one each; none of them if any is invalid. */
  sequence(effects: Array<number | string | Record<string, any> | null>, options?: { path?: string; method?: string; operation?: string; match_headers?: Record<string, string>; match_body?: string }): Promise<Array<Fault>>;
  /** Returns a fault with its current hits. */
  get(id: string | { id: string }): Promise<Fault>;
  /** Removes a fault. */
  remove(id: string | { id: string }): Promise<void>;
}

export interface Requests {
  /** Returns the rules of the fidelity ledger, and the assumptions, because of which a request or row was refused. */
  explain(code: string, options?: { message?: string; reason?: string }): Promise<Explanation>;
  /** Lists the matching requests, oldest first by default, all of them or a page of at most ``limit``. */
  find(options?: { method?: string; path?: string; status?: number; operation?: string; error_code?: number; job?: string; fault?: string; user?: string; errors_only?: boolean; text?: string; order?: "oldest" | "newest"; limit?: number; after?: string }): Promise<RecordedRequests["requests"]>;
  /** Removes the recorded requests and the warnings of a tenant. */
  clear(): Promise<void>;
  /** Lists the matching requests as ``GET /requests`` does, in one line each: without headers and bodies. */
  summaries(options?: { method?: string; path?: string; status?: number; operation?: string; error_code?: number; job?: string; fault?: string; user?: string; errors_only?: boolean; text?: string; order?: "oldest" | "newest"; limit?: number; after?: string }): Promise<RequestSummaries>;
  /** Counts the matching requests. */
  count(options?: { method?: string; path?: string; status?: number; operation?: string; error_code?: number; job?: string; fault?: string; user?: string; errors_only?: boolean; text?: string }): Promise<RequestCount["count"]>;
  /** Responds when ``count`` matching requests have been recorded, within ``timeout`` real seconds. */
  wait(options?: { method?: string; path?: string; status?: number; operation?: string; error_code?: number; job?: string; fault?: string; user?: string; errors_only?: boolean; text?: string; count?: number; timeout?: number }): Promise<RecordedRequests["requests"]>;
  /** Returns a recorded request by its id, the ``Zuora-Request-Id`` of its response. */
  get(id: string | { id: string }): Promise<RecordedRequest>;
}

export interface Assumptions {
  /** Lists the assumptions with their choices, and those in force for requests of the tenant's default version. */
  all(): Promise<Array<AssumptionInfo>>;
}

export interface Jobs {
  /** Lists and counts the planned outcomes that are still waiting for a job. */
  outcomes(): Promise<PendingOutcomes>;
  /** Removes the planned outcomes. */
  clearOutcomes(): Promise<void>;
  /** Makes the next job fail after a number of records. */
  failNext(options?: PlannedFailure): Promise<void>;
  /** Rejects rows of the next file, by number or by value. */
  rejectRows(options?: PlannedRejection): Promise<void>;
  /** Keeps the next job in progress until it is stepped. */
  holdNext(options?: JobMatcher): Promise<void>;
  /** Removes one planned outcome. */
  removeOutcome(id: string | { id: string }): Promise<void>;
  /** Lists the matching jobs of a tenant in the order of their creation, by default the oldest first. */
  all(options?: { object?: string; operation?: Operation; status?: Status; limit?: number; after?: string; order?: "oldest" | "newest" }): Promise<Array<JobInfo>>;
  /** Counts the jobs, or those of an object and operation. */
  counts(options?: { object?: string; operation?: Operation }): Promise<JobCounts>;
  /** Creates unfinished jobs, which take up the limit of concurrent jobs. They wait for a file that never comes. */
  fill(options?: JobsFill): Promise<Array<JobInfo>>;
  /** Returns a job. This does not count as a poll. */
  get(id: string | { id: string }): Promise<JobInfo>;
  /** Lists the rejected rows of a job, in the order of its file, of the first 10,000. */
  errors(id: string | { id: string }, options?: { limit?: number; after?: number }): Promise<Array<RejectedRow>>;
  /** Returns the beginning of a job's file: at most 200 rows of its first 64 KiB, with its size and checksum. */
  file(id: string | { id: string }): Promise<JobFile>;
  /** Moves a job to its next status whatever the clock says, and responds when its rows are processed. */
  step(id: string | { id: string }): Promise<JobInfo>;
  /** Runs a job to its end whatever the clock says, and responds when its rows are processed. */
  complete(id: string | { id: string }): Promise<JobInfo>;
  /** Ends an unfinished job as failed at once. The records that it has written so far stay. */
  fail(id: string | { id: string }, options?: JobsFail): Promise<JobInfo>;
  /** Responds when a job has a status, within ``timeout`` real seconds, or at once if that is no longer possible. */
  wait(id: string | { id: string }, options?: { status?: Status; timeout?: number }): Promise<JobInfo>;
}

export interface Objects {
  /** Lists the objects of a tenant in the order of their creation, also those that jobs created without a schema. */
  all(): Promise<Array<ObjectInfo>>;
  /** Returns the definition of an object, as the emulated API shows its schema. */
  get(object: string, options?: { namespace?: string }): Promise<Record<string, any>>;
  /** Returns a page of the current records of an object, or of those that match a query, in order of their creation. */
  records(object: string, options?: { limit?: number; after?: string; q?: string; namespace?: string }): Promise<RecordPage>;
  /** Returns a record of an object, as the emulated API shows it. */
  record(object: string, id: string | { id: string }, options?: { namespace?: string }): Promise<Record<string, any>>;
}

export interface Snapshots {
  /** Lists the names of a tenant's snapshots. */
  all(): Promise<Array<string>>;
  /** Returns the time and the size of a snapshot. */
  get(name: string): Promise<SnapshotInfo>;
  /** Saves a tenant's objects, records, jobs, settings and clock under a name, in memory. */
  save(name: string): Promise<void>;
  /** Restores a tenant from a snapshot. The snapshot is kept. */
  restore(name: string): Promise<void>;
  /** Removes a snapshot. */
  drop(name: string): Promise<void>;
}

export interface Tenants {
  /** Lists the tenants in the order of their creation. The first one is the default. */
  all(): Promise<Array<TenantInfo>>;
  /** Creates a tenant with the initial state of the one that the request names, and with an OAuth client of its own. */
  add(options?: TenantsAdd): Promise<CreatedTenant>;
  /** Removes a tenant with all that belongs to it, and returns what was planned for it but never used. */
  drop(name: string): Promise<DroppedTenant>;
}

export interface AddRecords {
  records?: Array<Record<string, any>> | null;
  csv?: CsvText | null;
}

export interface AssumptionInfo {
  name: string;
  question: string;
  choices: Record<string, string>;
  default: string;
  evidence: string;
  row: string;
  choice: string;
  origin: string;
  is_consulted: boolean;
  met: Array<string>;
  observed: Observation | null;
}

export type Auth = "lenient" | "strict";

export interface Behaviour {
  id: string;
  what: string;
  source: string;
  instead: string | null;
  code: Array<string>;
  errors: Array<string>;
  probe: string | null;
  observed: Observation | null;
}

export type Cause = "submitted" | "uploaded" | "clock" | "processed" | "poll" | "control request" | "planned failure" | "cancelled" | "expired";

export interface Client {
  /** the first user if omitted */
  user?: string | null;
}

export interface ClientCredentials {
  client_id: string;
  client_secret: string;
  user: string;
}

export interface ClientSeed {
  /** `client_id` of a token request; unique on the server */
  id: string;
  /** `client_secret` of a token request */
  secret: string;
  /** name of the user of its tokens; by default the first one */
  user?: string | null;
}

export interface ClientState {
  id: string;
  secret: string;
  user: string;
}

export interface ClockChange {
  /** true stops the clock, false runs it at the speed of real time */
  frozen?: boolean | null;
  /** its seconds per real second; 0 stops it */
  speed?: number | null;
}

export interface ClockTime {
  now: string;
  speed: number;
  real_time: string | null;
  next_due: string | null;
}

export interface CreatedTenant {
  name: string;
  client_id: string;
  client_secret: string;
  created_at: string | null;
}

export interface CsvText {
  text: string;
  /** default "csv" */
  name?: string;
}

export type DefinitionMode = "auto" | "strict";

export interface DroppedTenant {
  unused_faults: Array<Fault>;
  pending_outcomes: PendingOutcomes;
}

export type ExecutionOrder = "fifo" | "shuffled";

export interface Explanation {
  code: number;
  rules: Array<Behaviour>;
  assumptions: Array<AssumptionInfo>;
}

export interface Fault {
  /** a pattern: * within one segment, ** across segments */
  path: string | null;
  /** one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS */
  method: string | null;
  /** an operation id of the API's document */
  operation: string | null;
  /** values of request headers by name; * matches any text */
  match_headers: Record<string, string>;
  /** text that the body contains, after gunzip; searched in its first 16 MiB */
  match_body: string | null;
  /** status of an error in the API's own format, 400 to 599; with body, 200 to 599 */
  status: number | null;
  /** error code of that response */
  code: number | null;
  /** message of that response */
  message: string | null;
  /** body of that response, instead of an error in the API's format */
  body: string | null;
  /** content type of body; application/json if omitted */
  content_type: string | null;
  /** headers of that response */
  headers: Record<string, string>;
  /** seconds, in its Retry-After header */
  retry_after: number | null;
  /** real seconds before anything else happens */
  delay: number;
  /** resets the connection, without a response */
  reset: boolean;
  /** ends the response half-way through its body */
  truncate: boolean;
  /** stops half-way through the body and keeps the connection open */
  stall: boolean;
  /** maximum number of hits; unlimited if omitted */
  times: number | null;
  /** hits only the n-th matching request */
  nth: number | null;
  /** drawn from the random seed */
  probability: number;
  id: string;
  matched: number;
  hits: number;
  used_up: boolean;
}

export interface FaultRule {
  /** a pattern: * within one segment, ** across segments */
  path?: string | null;
  /** one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS */
  method?: string | null;
  /** an operation id of the API's document */
  operation?: string | null;
  /** values of request headers by name; * matches any text */
  match_headers?: Record<string, string>;
  /** text that the body contains, after gunzip; searched in its first 16 MiB */
  match_body?: string | null;
  /** status of an error in the API's own format, 400 to 599; with body, 200 to 599 */
  status?: number | null;
  /** error code of that response */
  code?: number | null;
  /** message of that response */
  message?: string | null;
  /** body of that response, instead of an error in the API's format */
  body?: string | null;
  /** content type of body; application/json if omitted */
  content_type?: string | null;
  /** headers of that response */
  headers?: Record<string, string>;
  /** seconds, in its Retry-After header */
  retry_after?: number | null;
  /** real seconds before anything else happens; default 0.0 */
  delay?: number;
  /** resets the connection, without a response; default false */
  reset?: boolean;
  /** ends the response half-way through its body; default false */
  truncate?: boolean;
  /** stops half-way through the body and keeps the connection open; default false */
  stall?: boolean;
  /** maximum number of hits; unlimited if omitted */
  times?: number | null;
  /** hits only the n-th matching request */
  nth?: number | null;
  /** drawn from the random seed; default 1.0 */
  probability?: number;
}

export interface FidelityWarning {
  kind: string;
  message: string;
  at: string;
  method: string;
  path: string;
  request_id: string;
  advice: string;
}

export interface FileState {
  header: Array<string>;
  rows: Array<Array<string>>;
}

export interface IssuedToken {
  access_token: string;
  tenant: string;
  user: string;
  expires_at: string;
}

export interface JobCounts {
  total: number;
  by_status: Record<string, number>;
  by_object: Record<string, number>;
  by_operation: Record<string, number>;
}

export interface JobError {
  code: number;
  message: string;
}

export interface JobFile {
  job_id: string;
  size: number;
  sha256: string;
  encoding: string;
  sent_as: string;
  row_count: number;
  header: Array<string>;
  rows: Array<Array<string>>;
}

export interface JobInfo {
  id: string;
  namespace: string;
  object: string;
  operation: string;
  status: string;
  created_by: string;
  created_at: string;
  updated_by: string;
  updated_at: string;
  processing_time: number;
  records_processed: number;
  rejected_rows: number;
  error: JobError | null;
  rows: number | null;
  records_so_far: number;
  history: Array<JobStatusChange>;
  due_at: string | null;
  polls_left: number | null;
  next_by: string | null;
  planned: Array<string>;
}

export interface JobMatcher {
  /** any if omitted */
  object?: string | null;
  /** any if omitted */
  operation?: Operation | null;
}

export interface JobState {
  id: string;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
  namespace: "default" | "com_zuora";
  object: string;
  operation: Operation;
  status: Status;
  filter: Record<string, any> | null;
  next_at: number | null;
  polls_left: number | null;
  started_at: number | null;
  processing_time: number;
  records_processed: number;
  /** all of them, also those that row_errors leaves out; default 0 */
  rejected_rows?: number;
  error: Problem | null;
  /** assumption that the job's end rests on; default "" */
  reason?: string;
  /** choices of assumptions of its version */
  of_version?: Record<string, string>;
  /** oldest status first */
  history?: Array<StatusChange>;
  /** what makes the job in progress end; default "processed" */
  due_by?: Cause;
  /** rows of its file below the header */
  rows?: number | null;
  /** planned outcomes that apply to the job */
  planned?: Array<Outcome>;
  file: FileState | null;
  row_errors: Array<RowErrorState>;
}

export interface JobStatusChange {
  status: string;
  at: string;
  cause: string;
}

export interface JobsFail {
  /** default 71012560 */
  code?: number;
  /** default "Service limit reached, please retry later." */
  message?: string;
}

export interface JobsFill {
  count?: number | null;
}

export interface ObjectInfo {
  name: string;
  namespace: string;
  label: string;
  fields: number;
  records: number;
  unfinished_jobs: number;
  has_schema: boolean;
}

export interface ObjectState {
  id: string;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
  object: string;
  namespace: "default" | "com_zuora";
  /** null if the object has no definition */
  schema: Record<string, any> | null;
  /** whether it accepts undefined fields; default false */
  open?: boolean;
  records: Array<RecordState>;
}

export interface Observation {
  host: string;
  date: string;
  reason: string;
  holds: boolean | null;
}

export type Operation = "create" | "update" | "delete";

export type Outcome = "failure" | "rejection" | "hold";

export interface PendingOutcomes {
  failures: number;
  rejections: number;
  holds: number;
  plans: Array<PlannedOutcomeInfo>;
}

export type Permission = "view" | "edit" | "delete";

export interface PlannedFailure {
  /** any if omitted */
  object?: string | null;
  /** any if omitted */
  operation?: Operation | null;
  /** default 71012560 */
  code?: number;
  /** default "Service limit reached, please retry later." */
  message?: string;
  /** how many records it writes or deletes before; default 0 */
  after_records?: number;
}

export interface PlannedOutcomeInfo {
  id: string;
  kind: string;
  object: string | null;
  operation: string | null;
  code: number | null;
  message: string | null;
  after_records: number | null;
  rows: Array<PlannedRow>;
  where: Record<string, string>;
}

export interface PlannedRejection {
  /** any if omitted */
  object?: string | null;
  /** any if omitted */
  operation?: Operation | null;
  /** error code and message by row number; row 1 is the header */
  rows?: Record<string, [number, string]>;
  /** values by column: rows that have all of them are rejected */
  where?: Record<string, string>;
  /** error code of the rows that where matches, 71012520 if omitted */
  code?: number | null;
  /** error message of those rows */
  message?: string | null;
}

export interface PlannedRow {
  row: number;
  code: number;
  message: string;
}

export interface Problem {
  code: number;
  message: string;
}

export interface RecordPage {
  records: Array<Record<string, any>>;
  total: number;
  next: string | null;
}

export interface RecordState {
  id: string;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
  version: number;
  values: Record<string, boolean | number | string>;
}

export interface RecordedRequest {
  id: string;
  at: string;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string;
  body_bytes: number;
  tenant: string;
  user: string | null;
  status: number | null;
  response_body: string;
  duration: number;
  fault: string | null;
  warnings: Array<string>;
  reason: string;
  is_body_cut: boolean;
  body_base64: string;
  response_headers: Record<string, string>;
  operation: string | null;
  error_code: number | null;
  job_id: string | null;
  token: string | null;
  is_replay: boolean;
  message: string;
}

export interface RecordedRequests {
  requests: Array<RecordedRequest>;
  dropped: number;
  total: number;
  has_more: boolean;
}

export interface RejectedRow {
  row: number;
  code: number;
  message: string;
  record: Record<string, any>;
  reason: string;
  record_id: string;
}

export interface RequestCount {
  count: number;
  dropped: number;
}

export interface RequestSummaries {
  requests: Array<RequestSummary>;
  dropped: number;
  total: number;
  has_more: boolean;
}

export interface RequestSummary {
  id: string;
  at: string;
  method: string;
  path: string;
  query: string;
  status: number | null;
  duration: number;
  user: string | null;
  operation: string | null;
  error_code: number | null;
  message: string;
  reason: string;
  job_id: string | null;
  fault: string | null;
  token: string | null;
  is_replay: boolean;
  is_error: boolean;
  warnings: number;
}

export interface Reset {
  scope?: Array<"jobs" | "records" | "tokens" | "clock" | "faults" | "journal" | "settings" | "snapshots">;
}

export interface RowErrorState {
  row: number;
  code: number;
  message: string;
  record: Record<string, boolean | number | string | Array<boolean | number | string> | null>;
  /** default "" */
  reason?: string;
  /** default "" */
  record_id?: string;
}

export interface ServerInfo {
  version: string;
  control: string;
  tenants: Array<string>;
  tenant: string;
  clock: ClockTime;
  settings: Record<string, any>;
}

export interface SettingInfo {
  name: string;
  value: any;
  origin: string;
  is_of_tenant: boolean;
  description: string;
  choices: Array<string>;
  group: string;
}

export interface SnapshotInfo {
  name: string;
  clock: string;
  objects: number;
  records: number;
  jobs: number;
}

export type Status = "accepted" | "pending" | "in_progress" | "completed" | "failed" | "cancelled";

export interface StatusChange {
  status: Status;
  at: number;
  cause: Cause;
}

export interface TenantInfo {
  name: string;
  type: string;
  users: Array<string>;
  is_default: boolean;
  is_temporary: boolean;
  unfinished_jobs: number;
  requests: number;
}

export interface TenantOptions {
  /** what moves jobs: immediate (no delay), time (the delays), polls (retrievals of a job), manual (control requests); default "time" */
  transitions?: Transitions;
  /** seconds before a job leaves accepted and waits for its file; default 0.0 */
  accept_delay?: number;
  /** seconds from upload to processing, with transitions=time; default 0.05 */
  queue_delay?: number;
  /** seconds of processing, with transitions=time; default 0.2 */
  processing_time?: number;
  /** number of retrievals that return in_progress, with transitions=polls; default 2 */
  processing_polls?: number;
  /** maximum number of unfinished jobs per tenant; default 5 */
  concurrent_job_limit?: number;
  /** production, central-sandbox, developer-sandbox, api-sandbox, off, or three numbers MINUTE,HOUR,DAY; default: the limits of the tenant's type */
  rate_limits?: string | null;
  /** lenient accepts any bearer token and client; strict only tokens of this server and listed clients; default "lenient" */
  auth?: Auth;
  /** refuse requests that Zuora does not document, instead of logging a warning; default false */
  strict?: boolean;
  /** auto creates an undefined object on its first job; strict refuses the job; default "auto" */
  definitions?: DefinitionMode;
  /** order in which due jobs run; default "fifo" */
  execution_order?: ExecutionOrder;
  /** seconds before lists and queries of records show a write; default 0.0 */
  read_delay?: number;
  /** Zuora-Version of requests without that header; default: 186.0 */
  version?: string | null;
  /** what to assume where Zuora's documentation is silent: NAME=CHOICE, or the path of a TOML file with choices, several with commas; the flag can be repeated; 'mock-zuora assumptions' lists all */
  assume?: Record<string, string | Record<string, any>>;
}

export interface TenantSeed {
  /** name of the tenant; unique on the server; default "default" */
  name?: string;
  /** `production`, `central-sandbox`, `developer-sandbox` or `api-sandbox`: decides on the rate limits; default "production" */
  type?: "production" | "central-sandbox" | "developer-sandbox" | "api-sandbox";
  /** API version of requests without the header `Zuora-Version`; 186.0 by default */
  version?: string | null;
  /** list of users; by default one with the name `admin` and every permission */
  users?: Array<UserSeed>;
  /** list of OAuth clients */
  clients?: Array<ClientSeed>;
  /** ids that `Zuora-Entity-Ids` may have; without a list, any */
  entities?: Array<string>;
  /** ids that `Zuora-Org-Ids` may have; without a list, any */
  orgs?: Array<string>;
  /** definitions of objects, as in the body of `POST /objects/definitions/default`: a list, or a table by name of the object */
  definitions?: Array<Record<string, any>>;
  /** records by object: a list of tables with their fields, or the path of a CSV file beside the seed file. `Id`, `CreatedById`, `CreatedDate`, `UpdatedById` and `UpdatedDate` are optional */
  records?: Record<string, Array<Record<string, any>>>;
  /** more records by object: tables with the `text` of a CSV file */
  csv_files?: Record<string, CsvText>;
  /** [settings](settings.md) of the tenant by name */
  settings?: TenantOptions;
  /** choices of [assumptions](assumptions.md) by name, or the path of a TOML file with them, for this tenant */
  assume?: Record<string, string | Record<string, any>>;
}

export interface TenantState {
  schema: 1;
  tenant: string;
  now: number;
  users: Array<UserState>;
  clients?: Array<ClientState>;
  objects: Array<ObjectState>;
  jobs: Array<JobState>;
}

export interface TenantsAdd {
  name?: string | null;
  seed?: TenantSeed | null;
}

export interface Token {
  /** the first user if omitted */
  user?: string | null;
  permissions?: Array<Permission> | null;
  /** seconds of the tenant's clock; default 3600.0 */
  lifetime?: number;
}

export type Transitions = "immediate" | "time" | "polls" | "manual";

export interface UserInfo {
  id: string;
  name: string;
  permissions: Array<string>;
}

export interface UserSeed {
  /** name, with which control requests select the user */
  name: string;
  /** UUID in `CreatedById` and `UpdatedById`; random if omitted */
  id?: string | null;
  /** list of `view`, `edit` and `delete`; all by default */
  permissions?: Array<Permission>;
}

export interface UserState {
  id: string;
  name: string;
  permissions: Array<Permission>;
}

// End of the generated part.
