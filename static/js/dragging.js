/* Keywords are dragged to another cluster: what stands in [data-drags] is dropped on [data-drop="its name"].
   Who drags a chosen keyword takes all chosen ones along. The form's own button [data-moves] does the work, so the
   menu beside it stays the way for keyboards and fingers. */

let dragged = null;

const targetOf = (event) => dragged && event.target.closest?.("[data-drop]");

function onStart(event) {
  const item = event.target.closest?.("[data-drags] > *");
  if (!item) return;
  dragged = item;
  const box = item.querySelector('input[name="id"]');
  if (!box.checked) {
    for (const other of box.form.querySelectorAll('input[name="id"]:checked, input[name="all"]:checked')) other.checked = false;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", item.textContent.trim());
}

function onOver(event) {
  const target = targetOf(event);
  for (const other of document.querySelectorAll("[data-over]")) {
    if (other !== target) other.removeAttribute("data-over");
  }
  if (!target) return;
  event.preventDefault(); // it may be dropped here
  target.setAttribute("data-over", "");
}

function onDrop(event) {
  const target = targetOf(event);
  if (!target) return;
  event.preventDefault();
  const { form } = dragged.querySelector('input[name="id"]');
  form.elements.cluster.value = target.dataset.drop;
  form.requestSubmit(form.querySelector("[data-moves]"));
}

function onEnd() {
  dragged = null;
  for (const target of document.querySelectorAll("[data-over]")) target.removeAttribute("data-over");
}

export function watchDragging() {
  for (const item of document.querySelectorAll("[data-drags] > *")) item.draggable = true;
  document.addEventListener("dragstart", onStart);
  document.addEventListener("dragover", onOver);
  document.addEventListener("drop", onDrop);
  document.addEventListener("dragend", onEnd);
}
