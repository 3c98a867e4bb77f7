/* Messages in #flashes: what the server sends as a "flash" event (HX-Trigger:
   {"flash": {"text": "…", "tone": "bad"}}), and what a failed button means. */

const WORDS = {
  0: "The server could not be reached. Nothing was changed; try again in a moment.",
  400: "This page was open for too long. Reload it and try again.",
  401: "You have been signed out. Sign in and try again.",
  403: "You may not do this, or you have been signed out.",
  404: "This is no longer there. Reload the page.",
  409: "This cannot be done now. Reload the page to see how things stand.",
  503: "The server is busy or starting. Nothing is lost; try again in a moment.",
};

function flash({ text, tone = "info" }) {
  const message = document.createElement("div");
  message.className = "flash";
  message.dataset.tone = tone;
  message.append(Object.assign(document.createElement("span"), { className: "flash__text", textContent: text }));
  document.getElementById("flashes").replaceChildren(message);
}

const isPoll = (element) => element instanceof Element && element.matches("[data-poll]");
const hasOwnWords = (xhr) => xhr.getResponseHeader("HX-Trigger")?.includes('"flash"');

function failed(event) {
  const { elt, xhr } = event.detail;
  if (isPoll(elt) || hasOwnWords(xhr)) return;
  flash({ text: WORDS[xhr.status] ?? "The server reported an error. It was written down; try again.", tone: "bad" });
}

export function watchFailures() {
  document.addEventListener("flash", (event) => flash(event.detail));
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, failed);
  }
}
