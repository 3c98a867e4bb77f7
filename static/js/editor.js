/* The editor of an article. Whatever is typed is kept in this browser at once and saved a second later; it leaves the
   browser's keeping only when the server has it. Another text on the server is never overwritten unasked. */

const form = document.getElementById("editor-form");
const source = form.elements.html;
const state = document.getElementById("editor-state");
const notice = document.getElementById("editor-notice");
const KEY = `igny8-article-${form.dataset.editor}`;
const FIELDS = ["title", "slug", "html", "meta_title", "meta_description", "excerpt"];
const PAUSE = 1000;
const AGAIN = 4000;
const MOST_KEPT_ALIVE = 60_000; // bytes that a browser sends for a page that is gone

let editor = null;
let changes = 0; // grows with every keystroke
let savedChanges = 0;
let timer = 0;
let saving = false;
let stopped = false; // until a person has decided about a conflict

const say = (words) => {
  state.textContent = words;
};
const values = () => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));

function mount() {
  const page = document.getElementById("editor");
  editor = new Squire(page, { blockTag: "P" });
  editor.setHTML(source.value);
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  page.setAttribute("aria-labelledby", "editor-label");
  page.hidden = document.getElementById("editor-tools").hidden = false;
  source.hidden = true;
  source.required = false;
  let shown = editor.getHTML(); // as the editor writes it; putting it there was no typing
  editor.addEventListener("input", () => {
    const now = editor.getHTML();
    if (now === shown) return;
    source.value = shown = now;
    typed();
  });
}

const heading = (tag) => (fragment) => {
  const blocks = document.createDocumentFragment();
  for (const node of [...fragment.childNodes]) {
    if (!/^(P|H[2-4]|DIV)$/.test(node.nodeName)) {
      blocks.append(node);
      continue;
    }
    const block = document.createElement(tag);
    block.append(...node.childNodes);
    blocks.append(block);
  }
  return blocks;
};

const COMMANDS = {
  bold: () => (editor.hasFormat("B") ? editor.removeBold() : editor.bold()),
  italic: () => (editor.hasFormat("I") ? editor.removeItalic() : editor.italic()),
  h2: () => editor.modifyBlocks(heading("h2")),
  h3: () => editor.modifyBlocks(heading("h3")),
  p: () => editor.modifyBlocks(heading("p")),
  ul: () => editor.makeUnorderedList(),
  ol: () => editor.makeOrderedList(),
  link: () => {
    const url = prompt("Address of the link (empty: no link)", "https://");
    if (url === "") editor.removeLink();
    else if (url && /^(https?:|mailto:|\/)/.test(url)) editor.makeLink(url);
  },
  undo: () => editor.undo(),
  redo: () => editor.redo(),
};

function typed() {
  changes += 1;
  keep();
  if (stopped) return;
  say("Not saved yet …");
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

function keep() {
  const kept = { revision: form.elements.revision.value, at: Date.now(), values: values() };
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    say("This browser keeps nothing: save often.");
  }
}

function body(more = {}) {
  const data = new URLSearchParams({ ...values(), ...more });
  data.set("revision", form.elements.revision.value);
  data.set("csrf_token", form.elements.csrf_token.value);
  return data;
}

const send = (options = {}, more = {}) =>
  fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: body(more),
    redirect: "manual",
    ...options,
  });

async function save(more = {}) {
  if (saving || stopped || changes === savedChanges) return;
  clearTimeout(timer);
  saving = true;
  const sent = changes;
  say("Saving …");
  try {
    const answer = await send({}, more);
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 400) {
      later("Not saved: you are signed out. It is kept in this browser. Sign in in another tab.");
    } else if (answer.ok) {
      saved(sent, (await answer.json()).data);
    } else if (answer.status === 409 || answer.status === 422) {
      refused((await answer.json()).error);
    } else {
      later("Not saved: the server does not answer. It is kept in this browser, and tried again.");
    }
  } catch {
    later("Not saved: no connection. It is kept in this browser, and tried again.");
  } finally {
    saving = false;
  }
  if (!stopped && changes !== sent) {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }
}

function saved(sent, data) {
  savedChanges = sent;
  form.elements.revision.value = data.revision;
  notice.hidden = true;
  if (changes === sent) {
    localStorage.removeItem(KEY);
    say(`Saved ${data.at}`);
  } else keep();
  htmx.trigger("#seo", "saved");
}

function later(words) {
  say(words);
  clearTimeout(timer);
  timer = setTimeout(save, AGAIN);
}

function refused(error) {
  say("Not saved. It is kept in this browser.");
  if (error.code !== "outdated") {
    ask(error.message, []);
    return;
  }
  stopped = true;
  ask(`${error.message} ${error.at ?? ""}`, [
    ["See the other text", () => window.open(form.dataset.versions, "_blank")],
    ["Keep mine", () => overwrite(error.revision)],
    ["Discard mine", discard],
  ]);
}

function overwrite(revision) {
  stopped = false;
  form.elements.revision.value = revision;
  save({ apart: "1" });
}

function discard() {
  stopped = true;
  savedChanges = changes;
  localStorage.removeItem(KEY);
  location.reload();
}

function ask(words, answers) {
  notice.replaceChildren(Object.assign(document.createElement("span"), { textContent: words, className: "flash__text" }));
  for (const [label, act] of answers) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.className = "button button--small";
    button.addEventListener("click", act);
    notice.append(button);
  }
  notice.hidden = false;
}

function offerKept() {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
  if (!kept) return;
  const now = values();
  if (FIELDS.every((name) => kept.values[name] === now[name])) {
    localStorage.removeItem(KEY);
    return;
  }
  stopped = true;
  ask("This browser has a text of yours that was never saved.", [
    ["Go on with it", () => takeUp(kept)],
    ["Discard it", discard],
  ]);
}

function takeUp(kept) {
  for (const name of FIELDS) form.elements[name].value = kept.values[name];
  editor.setHTML(source.value);
  form.elements.revision.value = kept.revision; // what it was made from: if that is gone, both are kept
  notice.hidden = true;
  stopped = false;
  typed();
}

/* A link that leaves the editor: what was typed goes first. */
async function done(event) {
  if (stopped || changes === savedChanges) return;
  const { href } = event.currentTarget;
  event.preventDefault();
  while (saving) await new Promise((again) => setTimeout(again, 50));
  await save();
  if (changes === savedChanges) location.href = href;
}

function leave() {
  if (stopped || changes === savedChanges) return;
  keep();
  const data = body();
  if (data.toString().length < MOST_KEPT_ALIVE) send({ keepalive: true }).catch(() => {});
}

mount();
offerKept();
form.addEventListener("input", (event) => {
  if (event.target !== source && FIELDS.includes(event.target.name)) typed();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  save();
});
document.getElementById("editor-tools").addEventListener("click", (event) => {
  const command = event.target.closest("[data-command]")?.dataset.command;
  if (!command) return;
  COMMANDS[command]();
  editor.focus();
});
document.querySelector("[data-done]")?.addEventListener("click", done);
window.addEventListener("online", () => save());
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.hidden && save());
