// Small helps for every page: the menu on a phone, focus on what is to be mended.
(() => {
  "use strict";
  const menu = document.querySelector("[data-menu]");
  if (menu) {
    const narrow = window.matchMedia("(max-width: 61.99em)");
    const fit = () => { menu.open = !narrow.matches; };
    fit();
    narrow.addEventListener("change", fit);
  }
  const summary = document.getElementById("resume-erreurs");
  if (summary) summary.focus();
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.checked || !box.name) return;
    const group = document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(box.name)}"]`);
    const exclusive = box.hasAttribute("data-exclusif");
    group.forEach((other) => {
      if (other !== box && (exclusive || other.hasAttribute("data-exclusif"))) other.checked = false;
    });
  });
})();
