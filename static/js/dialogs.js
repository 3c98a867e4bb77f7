/* Dialogs and menus. data-opens="id" opens a <dialog>; a form with data-confirm asks first, in
   #confirm; a link with data-opens-page shows its page's fragment in the dialog #page-dialog; a click elsewhere or Escape closes a details.menu. Without scripts forms just submit. */

const confirmed = new WeakSet();

function ask(form, submitter) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-text]").textContent = form.dataset.confirm;
  dialog.querySelector("[data-yes]").textContent = submitter?.textContent.trim() || "Go on";
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    () => {
      if (dialog.returnValue !== "yes" || !form.isConnected) return;
      confirmed.add(form);
      form.requestSubmit(submitter?.isConnected ? submitter : null);
    },
    { once: true },
  );
  dialog.showModal();
}

/* Before htmx and the browser see it: they only get a submit that was confirmed. */
function onSubmit(event) {
  const form = event.target;
  if (!form.dataset.confirm || confirmed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(form, event.submitter);
}

function onClick(event) {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault(); // of a form that is sent where there are no scripts
    document.getElementById(opener.dataset.opens).showModal();
  }
  const link = event.target.closest("a[data-opens-page]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    showPage(link);
  }
  if (event.target.matches("dialog")) event.target.close(); // the backdrop
  closeMenus((menu) => menu.contains(event.target));
}

/* The browser gives the focus back to the link when the dialog closes. */
function showPage(link) {
  const dialog = document.getElementById("page-dialog");
  dialog.setAttribute("aria-label", link.ariaLabel || link.textContent.trim());
  const body = dialog.querySelector("[data-body]");
  body.textContent = body.dataset.wait;
  dialog.showModal();
  htmx.ajax("GET", link.href, { target: body, swap: "innerHTML" }).catch(() => {
    location.href = link.href; // what went wrong is said there
  });
}

function closeMenus(stays) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!stays(menu)) menu.open = false;
  }
}

function onKey(event) {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

export function watchDialogs() {
  document.addEventListener("submit", onSubmit, { capture: true });
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
}
