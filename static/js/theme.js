/* Runs before the first paint: the theme a person chose, or none for the system's. */
(() => {
  const root = document.documentElement;
  const kept = () => {
    try {
      return localStorage.getItem("theme") ?? "system";
    } catch {
      return "system"; // storage is forbidden: the system's theme is a fine one
    }
  };
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const showChoice = () => {
    const choice = document.querySelector(`input[name="theme"][value="${kept()}"]`);
    if (choice) choice.checked = true;
  };

  show(kept());
  document.addEventListener("DOMContentLoaded", showChoice);
  document.addEventListener("change", (event) => {
    if (event.target.name !== "theme") return;
    show(event.target.value);
    try {
      localStorage.setItem("theme", event.target.value);
    } catch {
      /* it holds for this page */
    }
  });
  window.addEventListener("storage", (event) => {
    if (event.key !== "theme") return;
    show(kept());
    showChoice();
  });
})();
