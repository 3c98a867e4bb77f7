/* The polling of elements with data-poll: quiet while the page is hidden, and plain words in
   #poll-notice when the server does not answer. The last good card stays where it is. */

const FAILURES_BEFORE_WORDS = 2;

let failures = 0;
let lastUpdate = new Date();

const isPoll = (event) => event.detail.elt instanceof Element && event.detail.elt.matches("[data-poll]");
const clock = (date) => date.toLocaleTimeString("en-GB");

/* Writes only what is new, so that a screen reader hears each message once. */
function say(text, link) {
  const notice = document.getElementById("poll-notice");
  if (!notice || notice.dataset.said === text) return;
  notice.dataset.said = text;
  notice.replaceChildren(...(text ? [Object.assign(document.createElement("span"), { textContent: text })] : []));
  if (link) notice.append(Object.assign(document.createElement("a"), link));
}

function succeeded() {
  failures = 0;
  lastUpdate = new Date();
  say("");
}

function failed(status) {
  failures += 1;
  if (status === 401 || status === 403) {
    const { loginUrl } = document.getElementById("poll-notice")?.dataset ?? {};
    say("You have been signed out. The run goes on without you.", { href: loginUrl, textContent: "Sign in again" });
  } else if (status === 404 || status === 410) {
    say("The server does not know this run any more.", { href: "", textContent: "Reload the page" });
  } else if (failures >= FAILURES_BEFORE_WORDS) {
    const what = status ? `The server reported an error (${status})` : "Connection lost";
    say(`${what}, last update ${clock(lastUpdate)}. Trying again…`);
  }
}

function refresh() {
  if (!document.hidden) htmx.trigger(document.body, "run-changed");
}

export function watchPolling() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isPoll(event) && document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isPoll(event) && event.detail.successful) succeeded();
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (isPoll(event)) failed(event.detail.xhr.status);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (isPoll(event)) failed(0);
    });
  }
  document.addEventListener("visibilitychange", refresh);
  window.addEventListener("online", refresh);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) refresh();
  });
}
