// @ts-check
/**
 * What a page does beyond its HTML: live refresh, forms without a reload, keys, copy buttons and running clocks.
 * Every page also works without this module, only not live.
 */

const POLL_SECONDS = 2;
/** @type {EventSource | null} */
let feed = null;
/** @type {ReturnType<typeof setInterval> | undefined} */
let polling;
let isFetching = false;
let isStale = false;

let state = "";

/**
 * Shows a text in place of "Live"; a brief one for some seconds.
 * @param {string} text
 */
function say(text, isBrief = false) {
  if (isBrief) setTimeout(() => say(state), 3000);
  else state = text;
  const live = document.getElementById("live");
  if (live && live.textContent !== text) live.textContent = text;
}

// Refresh

/** Fetches the page again, and updates what has changed. One fetch at a time: changes meanwhile lead to another one. */
async function refresh() {
  if (isFetching) {
    isStale = true;
    return;
  }
  isFetching = true;
  try {
    do {
      isStale = false;
      await show(await fetch(location.href, { headers: { Accept: "text/html" } }));
    } while (isStale);
  } catch {
    // The server is away. The feed says so, and connects again.
  } finally {
    isFetching = false;
  }
}

/**
 * Shows a response in place of the page.
 * @param {Response} response
 */
async function show(response) {
  const text = await response.text();
  const type = response.headers.get("Content-Type") ?? "";
  if (response.status === 503 || !type.startsWith("text/html")) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  // A login page is another kind of page.
  if (!fresh.body.dataset.watch) {
    location.assign(response.url);
    return;
  }
  const hasMoved = fresh.body.dataset.feed !== document.body.dataset.feed;
  document.title = fresh.title;
  document.documentElement.dataset.theme = fresh.documentElement.dataset.theme;
  if (fresh.querySelector("main .alert")) document.querySelector("main .alert")?.removeAttribute("data-keep");
  update(document.body, fresh.body);
  prepare();
  if (hasMoved) connect();
}

/**
 * Makes a node like another one. Nodes that stay the same are not touched, so that focus, selection and scroll stay.
 * @param {Node} node
 * @param {Node} fresh
 */
function update(node, fresh) {
  if (isKept(node)) return;
  if (node.nodeType !== fresh.nodeType || node.nodeName !== fresh.nodeName) {
    node.parentNode?.replaceChild(fresh, node);
    return;
  }
  if (!(node instanceof Element && fresh instanceof Element)) {
    if (node.nodeValue !== fresh.nodeValue) node.nodeValue = fresh.nodeValue;
    return;
  }
  const isEdited = node === document.activeElement && node.matches("input, select, textarea");
  if (isEdited || node.isEqualNode(fresh)) return;
  updateAttributes(node, fresh);
  updateChildren(node, fresh);
}

/** What the reader has set stays: an open part, a shown button. */
const KEPT_ATTRIBUTES = ["open", "hidden"];

/**
 * @param {Element} node
 * @param {Element} fresh
 */
function updateAttributes(node, fresh) {
  for (const { name } of [...node.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT_ATTRIBUTES.includes(name)) node.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (node.getAttribute(name) !== value && !KEPT_ATTRIBUTES.includes(name)) node.setAttribute(name, value);
  }
}

/** @param {Node} node */
const isKept = (node) => node instanceof Element && node.hasAttribute("data-keep");

/** @param {Node} node */
const keyOf = (node) => (node instanceof Element ? node.getAttribute("data-key") : null);

/**
 * Updates children in place, those with a key by their key.
 * @param {Element} node
 * @param {Element} fresh
 */
function updateChildren(node, fresh) {
  const wanted = new Set([...fresh.childNodes].map(keyOf));
  for (const child of [...node.childNodes]) {
    const key = keyOf(child);
    if (key !== null && !wanted.has(key) && !isKept(child)) child.remove();
  }
  const keyed = new Map([...node.childNodes].filter((child) => keyOf(child) !== null).map((each) => [keyOf(each), each]));
  let next = node.firstChild;
  for (const child of [...fresh.childNodes]) {
    const key = keyOf(child);
    const known = key === null ? undefined : keyed.get(key);
    while (next && isKept(next) && !wanted.has(keyOf(next))) next = next.nextSibling;
    if (known) {
      if (known === next) next = next.nextSibling;
      else node.insertBefore(known, next);
      update(known, child);
    } else if (key === null && next && keyOf(next) === null && next.nodeName === child.nodeName) {
      const current = next;
      next = next.nextSibling;
      update(current, child);
    } else {
      node.insertBefore(child, next);
    }
  }
  while (next) {
    const rest = next;
    next = next.nextSibling;
    if (!isKept(rest)) rest.remove();
  }
}

// The feed

/** Opens the feed of changes. A hidden page has none, because a browser opens only six connections to a server. */
function connect() {
  disconnect();
  const url = document.body.dataset.feed;
  if (document.hidden || !url) return;
  const source = (feed = new EventSource(url));
  source.onopen = () => {
    stopPolling();
    say("Live");
    void refresh();
  };
  source.addEventListener("change", (event) => {
    const what = /** @type {string[]} */ (JSON.parse(event.data).what);
    const watched = (document.body.dataset.watch ?? "").split(" ");
    if (what.some((each) => each === "gone" || watched.includes(each))) void refresh();
  });
  source.onerror = () => {
    if (source.readyState === EventSource.CONNECTING) say("The server does not respond; connecting again");
    else poll();
  };
}

function disconnect() {
  feed?.close();
  feed = null;
  stopPolling();
}

/** For a feed that is refused. */
function poll() {
  say(`Not live; refreshed every ${POLL_SECONDS} seconds`);
  polling ??= setInterval(() => void refresh(), POLL_SECONDS * 1000);
}

function stopPolling() {
  clearInterval(polling);
  polling = undefined;
}

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
addEventListener("pagehide", disconnect);
addEventListener("pageshow", (event) => {
  if (event.persisted) connect();
});

// Forms

/** Posts the form of an action, and shows the page that follows without leaving this one. */
document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method !== "post" || !form.action.includes("/__mock/inspector/actions/")) return;
  event.preventDefault();
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    document.querySelectorAll("main .done, main .alert").forEach((each) => each.remove());
    if (response.redirected) history.replaceState(null, "", withoutDone(response.url));
    await show(response);
    const alert = document.querySelector("main .alert");
    // The pages that follow do not have it.
    alert?.setAttribute("data-keep", "");
    alert?.scrollIntoView({ block: "nearest" });
  } catch {
    say("The server did not respond; check whether the action was done", true);
  }
});

/** @param {string} url */
function withoutDone(url) {
  const found = new URL(url);
  found.searchParams.delete("done");
  return found.href;
}

// Keys

const KEYS = "mock_zuora keys";
const keysBox = /** @type {HTMLInputElement} */ (document.getElementById("keys"));
const help = /** @type {HTMLDialogElement} */ (document.getElementById("help"));

/** @param {number} step */
function moveBy(step) {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main [data-row]")]);
  const current = rows.findIndex((row) => row === document.activeElement);
  rows[current === -1 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(current + step, 0), rows.length - 1)]?.focus();
}

/** @type {Record<string, () => void>} */
const actions = {
  j: () => moveBy(1),
  k: () => moveBy(-1),
  "/": () => /** @type {HTMLElement | null} */ (document.querySelector("main input[type=search]"))?.focus(),
  "?": () => help.showModal(),
  Escape: () => /** @type {HTMLElement | null} */ (document.querySelector("main a[rel=up]"))?.click(),
};

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || help.open || !keysBox.checked) return;
  if (target.matches("input, select, textarea")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.getElementById("help-button")?.addEventListener("click", () => help.showModal());
keysBox.checked = localStorage.getItem(KEYS) !== "off";
keysBox.addEventListener("change", () => localStorage.setItem(KEYS, keysBox.checked ? "on" : "off"));

// Copy buttons, clocks

document.addEventListener("click", async (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-copy]");
  const text = button?.parentElement?.querySelector("pre")?.textContent;
  if (!button || text == null) return;
  try {
    await navigator.clipboard.writeText(text);
    say("Copied", true);
  } catch {
    // Only pages over HTTPS and of this machine may write to the clipboard.
    getSelection()?.selectAllChildren(/** @type {Element} */ (button.parentElement?.querySelector("pre")));
    say("Selected; copy it with the keyboard", true);
  }
});

/** Each running clock, with the time that it showed at a moment of this machine. */
const clocks = new WeakMap();

/** Shows the buttons that need this module, and notes the clocks. */
function prepare() {
  for (const button of document.querySelectorAll("[data-copy], #help-button")) button.removeAttribute("hidden");
  for (const each of document.querySelectorAll("time[data-speed]")) {
    const shown = each.getAttribute("datetime") ?? "";
    if (clocks.get(each)?.shown !== shown) clocks.set(each, { shown, start: Date.parse(shown), since: performance.now() });
  }
}

setInterval(() => {
  for (const each of document.querySelectorAll("time[data-speed]")) {
    const clock = clocks.get(each);
    const at = clock.start + (performance.now() - clock.since) * Number(each.getAttribute("data-speed"));
    const text = Number.isFinite(at) && at < 253402300800000 ? new Date(at).toISOString() : "";
    if (text) each.textContent = text.slice(0, 19).replace("T", " ");
  }
}, 1000);

history.replaceState(null, "", withoutDone(location.href));
prepare();
connect();
