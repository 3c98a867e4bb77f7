/* Single keys: [data-key="j"] is clicked when j is pressed, a field gets the focus instead. Never while somebody types
   or a dialog is open; [data-shortcuts-switch] turns them off in this browser (WCAG 2.1.4). */

const OFF = "igny8-shortcuts-off";
const isOff = () => localStorage.getItem(OFF) === "1";

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  if (document.querySelector("dialog[open]")) return;
  const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!named || named.disabled || (isOff() && event.key !== "?")) return;
  event.preventDefault();
  if (named.matches("textarea, input")) named.focus();
  else named.click();
}

function onChange(event) {
  if (!event.target.matches?.("[data-shortcuts-switch]")) return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

export function watchShortcuts() {
  for (const box of document.querySelectorAll("[data-shortcuts-switch]")) box.checked = !isOff();
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onChange);
}
