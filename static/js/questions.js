// Questions, alone or among criteria: those the answers call for appear as one answers, exclusive choices untick the others.
// Everything here is a help: without it the server asks for the new questions when the form is sent (QST-1, AX-2).
(() => {
  "use strict";

  // --- « Aucune réponse correspondante » unticks the others, and the reverse ---------------------------------------------
  const excludes = (box) => box.hasAttribute("data-exclusif") || box.dataset.exclusifValeur === box.value;
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.checked || !box.form) return;
    for (const other of box.form.elements) {
      if (other === box || other.type !== "checkbox" || other.name !== box.name) continue;
      if (excludes(box) || excludes(other)) other.checked = false;
    }
  });

  // --- Questions that appear and disappear ------------------------------------------------------------------------------
  const form = document.querySelector("form[data-questions], form[data-decisives]");
  if (!form) return;
  const questions = [...form.querySelectorAll("[data-question]")];
  const groups = [...form.querySelectorAll("[data-groupe]")];
  const live = form.querySelector("[data-annonce]");
  const remaining = form.querySelector("[data-restantes]");
  const displayed = form.elements.namedItem("affichees");
  let timer = 0;
  let asking = null;

  const answers = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (name === "csrfmiddlewaretoken" || name.startsWith("v-")) data.append(name, value);
    }
    return data;
  };
  const several = (count, one, many) => (count > 1 ? `${count} ${many}` : `${count} ${one}`);

  function show(codes) {
    const wanted = new Set(codes);
    let more = 0;
    let fewer = 0;
    for (const question of questions) {
      const visible = wanted.has(question.dataset.question) || question.querySelector(".critere-conflit") !== null;
      if (visible && question.hidden) more += 1;
      if (!visible && !question.hidden) fewer += 1;
      question.hidden = !visible;
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-question]:not([hidden])");
    if (displayed) displayed.value = codes.join(" ");
    const parts = [];
    if (more) parts.push(several(more, "question de plus", "questions de plus"));
    if (fewer) parts.push(several(fewer, "question de moins", "questions de moins"));
    if (parts.length) live.textContent = `${parts.join(", ")}.`;
  }

  // Among criteria, the autosave says which ones show (questionnaire.js).
  form.addEventListener("affichees", (event) => show(event.detail));
  if (!form.dataset.questions) return;

  function count(left) {
    remaining.textContent = left ? `Il reste ${several(left, "question", "questions")} à renseigner.` : "Toutes les questions sont renseignées.";
  }

  async function ask() {
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const response = await fetch(form.dataset.questions, { method: "POST", body: answers(), redirect: "error", signal: asking.signal });
      if (!response.ok) return;
      const { affichees, restantes } = await response.json();
      show(affichees);
      count(restantes);
    } catch (error) {
      // Nothing is lost: the server asks for these questions when the form is sent.
    }
  }

  // A question answered is no longer to be mended: its mark goes, and its line of the summary with it.
  const summary = document.getElementById("resume-erreurs");
  function mended(question) {
    const marked = question.querySelector(".fr-fieldset--error, .fr-input-group--error");
    if (!marked) return;
    marked.classList.remove("fr-fieldset--error", "fr-input-group--error");
    question.querySelectorAll(`[id="erreur-${question.dataset.question}"]`).forEach((message) => message.remove());
    question.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    if (!summary) return;
    const line = [...summary.querySelectorAll("li > a")].find((link) => question.contains(document.getElementById(link.hash.slice(1))));
    if (line) line.parentElement.remove();
    if (!summary.querySelector("li")) summary.remove();
  }

  form.addEventListener("change", (event) => {
    if (!event.target.name || !event.target.name.startsWith("v-")) return;
    mended(event.target.closest("[data-question]"));
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  if ("onpageshow" in window) window.addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
})();
