/* Choosing rows of a list: form[data-choosing] with boxes named id, [data-check-page] for the page, one named
   "all" for all that match. A click with Shift chooses all rows in between. Without scripts boxes work as boxes do. */

const boxes = (form) => [...form.querySelectorAll('input[name="id"]')];
let last = null;

function show(form) {
  const all = boxes(form);
  const every = form.querySelector('input[name="all"]')?.checked ?? false;
  const chosen = all.filter((box) => box.checked).length;
  for (const page of form.querySelectorAll("[data-check-page]")) {
    page.checked = every || (chosen > 0 && chosen === all.length);
    page.indeterminate = !every && chosen > 0 && chosen < all.length;
  }
  const any = every || chosen > 0;
  const count = form.querySelector("[data-count]");
  if (count) {
    const [one, many] = count.dataset.count.split("|");
    const said = every ? "All that match:" : any ? `${chosen} ${chosen === 1 ? one : many} chosen:` : `Choose ${many}, then`;
    if (count.textContent !== said) count.textContent = said; // a screen reader says what changes
  }
  form.dataset.chooses = "";
  form.toggleAttribute("data-any", any);
  for (const control of form.querySelectorAll(".bulk__actions :is(button, select, input)")) control.disabled = !any;
  for (const menu of form.querySelectorAll(".bulk__more")) {
    menu.querySelector("summary").tabIndex = any ? 0 : -1;
    if (!any) menu.open = false;
  }
}

function onClick(event) {
  const box = event.target.closest?.('form[data-choosing] input[name="id"]');
  if (!box) return;
  if (event.shiftKey && last?.form === box.form) {
    const all = boxes(box.form);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
}

function onChange(event) {
  const { target } = event;
  const form = target.closest?.("form[data-choosing]");
  if (!form) return;
  const every = form.querySelector('input[name="all"]');
  if (target === every || target.matches("[data-check-page]")) {
    for (const box of boxes(form)) box.checked = target.checked;
  }
  if (every && target !== every && !target.checked) every.checked = false; // one less is not all
  show(form);
}

const showAll = () => {
  for (const form of document.querySelectorAll("form[data-choosing]")) show(form);
};

export function watchChoosing() {
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange);
  document.addEventListener("htmx:afterSettle", showAll);
  window.addEventListener("pageshow", showAll); // what the browser remembers, too
  showAll();
}
