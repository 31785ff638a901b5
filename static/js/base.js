// Small helps for every page. Nothing here is needed to read, answer or send: without it, all is shown unfolded (AX-2).
(() => {
  "use strict";

  // On a phone the main menu opens from its button; the stylesheet folds it only when scripts run.
  const toggle = document.querySelector("[data-menu-bascule]");
  if (toggle) {
    const menu = document.getElementById(toggle.getAttribute("aria-controls"));
    const show = (open) => {
      toggle.setAttribute("aria-expanded", String(open));
      menu.classList.toggle("est-ouvert", open);
    };
    toggle.hidden = false;
    toggle.addEventListener("click", () => show(toggle.getAttribute("aria-expanded") !== "true"));
    menu.closest("header").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.classList.contains("est-ouvert")) { show(false); toggle.focus(); }
    });
  }

  // Small menus (account, actions of a row, downloads) close when one leaves them, or by Escape.
  const menus = "details[data-menu-compte], details.menu-actions, details.menu-telecharger";
  document.addEventListener("click", (event) => {
    document.querySelectorAll(menus).forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest && event.target.closest(menus);
    if (menu && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // What is to be mended takes the focus; its links lead to the field itself, even in a folded block.
  const summary = document.getElementById("resume-erreurs");
  if (summary) {
    summary.focus();
    // A form sent after « Contenu » comes back at #contenu, which takes the focus once the page is there.
    if (window.location.hash) window.addEventListener("load", () => setTimeout(() => summary.focus()), { once: true });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#resume-erreurs a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const field = target.matches("input, select, textarea") ? target : target.querySelector("input:not([type=hidden]), select, textarea");
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".question, .critere, .fr-input-group, .fr-select-group, .fr-fieldset") || field).scrollIntoView({ block: "start" });
  });

  // A text pasted beyond what a field holds is cut by the browser without a word: say so.
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (area.nodeName !== "TEXTAREA" || area.maxLength < 0) return;
    const said = area.nextElementSibling && area.nextElementSibling.matches(".champ-plein") ? area.nextElementSibling : null;
    const full = area.value.length >= area.maxLength;
    if (said && !full) said.remove();
    if (said || !full) return;
    const note = document.createElement("p");
    note.className = "champ-plein";
    note.setAttribute("role", "status");
    note.textContent = `Ce champ est plein\u00a0: ${area.maxLength.toLocaleString("fr-FR")} caractères au plus. Vérifiez que la fin de votre texte y est.`;
    area.after(note);
  });

  // A form marked data-prevenir warns before what was typed in it is lost.
  document.querySelectorAll("form[data-prevenir]").forEach((form) => {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  });

  // What is to be read first becomes a modal; without a script it stands in the page (PAR-5). It is said once.
  document.querySelectorAll("dialog[data-modale]").forEach((dialog) => {
    dialog.close();
    dialog.showModal();
    window.history.replaceState(null, "", window.location.pathname);
  });

  // A form is sent once: a second click while the first answer is awaited does nothing (WF-3).
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (event.target.dataset.envoye) { event.preventDefault(); return; }
    event.target.dataset.envoye = "oui";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    setTimeout(() => { delete event.target.dataset.envoye; }, 4000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-envoye]").forEach((form) => { delete form.dataset.envoye; });
    document.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
})();
