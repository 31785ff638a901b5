// The form of a questionnaire: saves as one answers, tells how far one is, folds, warns before losing anything.
// Everything here is a help: without it the same form is saved by its buttons (AX-2).
(() => {
  "use strict";
  const form = document.getElementById("saisie");
  if (!form) return;

  const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
  const firstField = (card) => card.querySelector("input[type=radio]:checked") || card.querySelector("input, textarea");

  // --- Folding -------------------------------------------------------------------------------------------------------
  const sections = [...form.querySelectorAll(".section-questionnaire > details")];
  const fold = form.querySelector("[data-replier]");
  if (fold) {
    fold.hidden = false;
    fold.addEventListener("click", () => {
      const close = sections.some((section) => section.open);
      sections.forEach((section) => { section.open = !close; });
      fold.textContent = close ? "Tout déplier" : "Tout replier";
    });
  }
  const panel = form.querySelector(".panneau-detail");
  // The panel names the criteria by their codes; their titles stand in their cards.
  const nameLinks = () => form.querySelectorAll(".restantes a").forEach((link) => {
    const title = document.getElementById(`titre-${link.textContent}`);
    if (title) link.title = title.textContent.replace(link.textContent, "").trim();
  });
  nameLinks();
  if (panel && window.matchMedia("(max-width: 61.99em)").matches) panel.open = false;
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#critere-"]');
    const card = link && document.getElementById(link.hash.slice(1));
    if (!card) return;
    event.preventDefault();
    for (let parent = card.closest("details"); parent; parent = parent.parentElement.closest("details")) parent.open = true;
    if (panel && panel.contains(link) && window.matchMedia("(max-width: 61.99em)").matches) panel.open = false;
    const first = firstField(card);
    card.scrollIntoView({ block: "start" });
    if (first) first.focus({ preventScroll: true });
  });
  // « Entrée » on a level or a choice leads to the next criterion: the comment and the rest of the card stay within reach of Tab.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !isTicked(event.target)) return;
    event.preventDefault();
    const cards = [...form.querySelectorAll(".critere:not(fieldset:disabled *, [hidden] *)")];
    const next = cards[cards.indexOf(event.target.closest(".critere")) + 1];
    const target = next ? firstField(next) : form.querySelector(".panneau-actions .fr-btn");
    if (!target) return;
    for (let parent = target.closest("details"); parent; parent = parent.parentElement.closest("details")) parent.open = true;
    target.focus();
  });
  if (form.hasAttribute("data-lecture-seule")) return;

  // --- Saving as one answers -----------------------------------------------------------------------------------------
  const state = form.querySelector("[data-etat-enregistrement]");
  const dirty = new Set();
  let timer = 0;
  let sending = null;
  let leaving = false;
  let refused = false;
  let unsettled = "";  // what was said of a reason that somebody else changed, until it is saved again

  const say = (text, failed = false) => {
    state.style.minHeight = `${state.offsetHeight}px`;  // what is below never moves up, from under the pointer
    state.textContent = text;
    state.classList.toggle("echec", failed);
  };
  // What is saved as one: a criterion, by its code; the reason of a section, by the name of its field.
  const isMotif = (code) => code.startsWith("m-");
  const codeOf = (name) => (/^[vco]-/.test(name) ? name.slice(2) : isMotif(name) ? name : "");
  const card = (code) => document.getElementById(`critere-${code}`);
  const field = (code) => card(code).querySelector(".niveaux, .champ-question");

  const tokens = JSON.parse(form.elements.jetons.value);
  const keep = (code, token) => {
    tokens[code] = token;
    form.elements.jetons.value = JSON.stringify(tokens);
  };

  function fieldsOf(code) {
    const data = [[`b-${code}`, tokens[code]]];
    for (const element of card(code).querySelectorAll("input, textarea, select")) {
      if (isTicked(element) && !element.checked) continue;
      data.push([element.name, element.value]);
    }
    return data;
  }

  // The questions that show or hide others go along, as the page shows them: the server knows then what was on it.
  const deciding = (form.dataset.decisives || "").split(" ").filter((code) => code && card(code));
  const isPlain = (code) => !card(code).matches(".critere-en-erreur") && !card(code).querySelector(".critere-conflit");

  function bodyOf(codes) {
    const along = deciding.filter((code) => !codes.includes(code) && isPlain(code));
    const motifs = codes.filter(isMotif);
    const body = new URLSearchParams([...codes.filter((code) => !isMotif(code)), ...along].flatMap(fieldsOf));
    motifs.forEach((name) => body.append(name, form.elements[name].value));
    if (motifs.length) body.append("jetons", JSON.stringify(Object.fromEntries(motifs.map((name) => [name, tokens[name]]))));
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return body;
  }

  async function save() {
    clearTimeout(timer);
    if (sending) { await sending; }
    if (!dirty.size) return;
    const codes = [...dirty];
    dirty.clear();
    say("Enregistrement…");
    sending = (refused ? renewToken() : Promise.resolve())
      .then(() => fetch(form.dataset.enregistrement, { method: "POST", body: bodyOf(codes), headers: { Accept: "application/json" }, redirect: "error" }))
      .then((response) => (response.headers.get("content-type") || "").includes("json") ? response.json().then((json) => [response, json]) : [response, null])
      .then(([response, json]) => apply(codes, response, json))
      .catch(() => failed(codes))
      .finally(() => { sending = null; });
    await sending;
  }

  function failed(codes, text = "Non enregistré — réessayer") {
    codes.forEach((code) => dirty.add(code));
    refused = true;
    say("", true);
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "fr-btn fr-btn--sm fr-btn--tertiary";
    retry.textContent = text;
    retry.addEventListener("click", save);
    state.append(retry);
  }

  // Signing in again, in another tab, changes the token of forms: a fresh copy of the page gives the new one.
  async function renewToken() {
    const response = await fetch(window.location.pathname, { redirect: "error" });
    const copy = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = copy.querySelector('#saisie [name="csrfmiddlewaretoken"]');
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    refused = false;
  }

  // Refused before the form was read: the rights, or the démarche, changed since the page was opened.
  const REFUSED = {
    403: "Non enregistré\u00a0: ce questionnaire ne vous est plus ouvert — réessayer",
    404: "Non enregistré\u00a0: le produit n'est plus inscrit à cette démarche — réessayer",
    413: "Non enregistré\u00a0: votre texte est trop long — réessayer",
  };

  function apply(codes, response, json) {
    if (!json || response.status >= 500) return failed(codes, REFUSED[response.status]);
    if (json.refus) {
      Object.entries(json.refus).forEach(([code, cause]) => message(code, cause));
      form.setAttribute("data-modifie", "");
      return failed(codes.filter((code) => !(code in json.refus)), json.message || "À revoir — réessayer");
    }
    Object.entries(json.jetons).forEach(([code, token]) => { keep(code, token); clear(code); });
    Object.entries(json.conflits).forEach(([code, conflict]) => {
      keep(code, conflict.jeton);
      clear(code);
      field(code).insertAdjacentHTML("beforebegin", conflict.html);
    });
    if (json.affichees) display(json.affichees);
    const progress = form.querySelector("[data-avancement]");
    progress.innerHTML = json.panneau;
    nameLinks();
    const [faits, done, total] = progress.textContent.match(/(\d+)\/(\d+)/);
    form.querySelector("[data-faits]").textContent = faits;
    const ready = done === total || json.demande;
    const [next, draft] = form.querySelectorAll(".panneau-actions > button");
    next.classList.toggle("fr-btn--secondary", !ready);
    draft.classList.toggle("fr-btn--secondary", ready);
    const request = document.querySelector("[data-demande] p");
    if (request && !json.demande) request.textContent = "La demande de validation est retirée, puisque le brouillon a changé.";
    Object.entries(json.sections).forEach(([code, [done, total]]) => {
      const count = document.querySelector(`[data-section="${CSS.escape(code)}"] > details > summary [data-compte]`);
      if (!count) return;
      count.textContent = `${done}/${total}`;
      count.hidden = !total;
    });
    if (codes.some(isMotif)) unsettled = json.motif;
    const conflict = Object.keys(json.conflits).length ? "Une réponse est à choisir\u00a0: une autre personne a répondu aussi." : "";
    say([conflict, unsettled].filter(Boolean).join(" ") || `Enregistré à ${hour()}`, Boolean(conflict || unsettled));
  }

  // The criteria that the answers show or hide, and why; one that comes back with an answer in it is saved again.
  function display(shown) {
    const hidden = [...form.querySelectorAll("[data-question][hidden]")];
    Object.entries(shown).forEach(([code, why]) => {
      const summary = card(code).querySelector(".critere-pourquoi > summary");
      while (summary.nextSibling) summary.nextSibling.remove();
      summary.after(why);
    });
    form.dispatchEvent(new CustomEvent("affichees", { detail: Object.keys(shown) }));
    const back = hidden.filter((question) => !question.hidden && [...question.querySelectorAll("input, textarea")].some((element) => isTicked(element) ? element.checked : element.value));
    if (!back.length) return;
    back.forEach((question) => dirty.add(question.dataset.question));
    timer = setTimeout(save, 0);
  }

  function hour() {
    const now = new Date();
    return `${now.getHours()}\u00a0h\u00a0${String(now.getMinutes()).padStart(2, "0")}`;
  }

  // A conflict is settled by saving again; what was to be mended is, once it is answered: its line of the summary goes too.
  function clear(code) {
    if (!card(code)) return;
    card(code).querySelectorAll(".critere-conflit").forEach((element) => element.remove());
    if (isAnswered(code)) mended(code);
  }

  const isAnswered = (code) => [...field(code).querySelectorAll("input, textarea")].some((one) => (isTicked(one) ? one.checked : one.value.trim()));

  function mended(code) {
    unmark(code);
    const summary = document.getElementById("resume-erreurs");
    const line = summary && summary.querySelector(`a[href="#critere-${CSS.escape(code)}"]`);
    if (line) line.closest("li").remove();
    if (line && !summary.querySelector("li")) summary.remove();
  }

  function unmark(code) {
    card(code).querySelectorAll(".fr-error-text").forEach((element) => element.remove());
    card(code).querySelectorAll("[aria-invalid]").forEach((element) => element.removeAttribute("aria-invalid"));
    card(code).classList.remove("critere-en-erreur");
  }

  function message(code, cause) {
    if (!card(code)) return;
    unmark(code);
    const text = document.createElement("p");
    text.className = "fr-error-text";
    text.textContent = cause;
    field(code).before(text);
    card(code).classList.add("critere-en-erreur");
  }

  const COLOURS = ["rouge", "orange", "jaune", "vert"];
  function underThreshold(code) {
    const element = card(code);
    const chosen = element.querySelector("input[type=radio]:checked");
    const threshold = Number(element.dataset.seuil);
    const short = chosen && "seuil" in element.dataset && /^\d$/.test(chosen.value) ? threshold - Number(chosen.value) : 0;
    const wanted = element.querySelector(".critere-reperes").textContent.includes("minimum") ? "minimum requis" : "recommandé";
    element.querySelector(".critere-sous-seuil")?.remove();
    if (short <= 0) return;
    const line = document.createElement("p");
    line.className = "critere-sous-seuil";
    line.textContent = `${short} niveau${short > 1 ? "x" : ""} sous le niveau ${wanted} (${threshold} · ${COLOURS[threshold]}).`;
    element.querySelector(".niveaux").after(line);
  }

  form.addEventListener("change", (event) => {
    const code = codeOf(event.target.name || "");
    if (!code || !(card(code) || isMotif(code))) return;
    if (event.target.closest(".niveau")) underThreshold(code);
    dirty.add(code);
    say("Enregistrement…");
    clearTimeout(timer);
    timer = setTimeout(save, isTicked(event.target) ? 150 : 0);
  });
  form.addEventListener("input", (event) => {
    const code = codeOf(event.target.name || "");
    if (!code || isTicked(event.target) || !(card(code) || isMotif(code))) return;
    dirty.add(code);
    say("Modifications non enregistrées");
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });

  window.addEventListener("online", save);
  // After a save that failed, a form sent to nobody would leave an error page of the browser in its place: ask first.
  let reached = false;
  form.addEventListener("submit", (event) => {
    if (refused && !reached) {
      event.preventDefault();
      fetch(window.location.pathname, { redirect: "manual" })
        .then(() => { reached = true; form.requestSubmit(event.submitter); }, () => failed([]));
      return;
    }
    leaving = true;
    clearTimeout(timer);
    if (event.submitter && event.submitter.value === "enregistrer") remember();
  });
  // A section declared non applicable waits for its reason; one taken back, for its first answer.
  const section = /^#section-/.test(window.location.hash) && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  const wanted = section && section.querySelector('textarea[name^="m-"], .critere input:checked, .critere input[type="radio"]');
  if (wanted) window.addEventListener("load", () => setTimeout(() => wanted.focus({ preventScroll: true })), { once: true }); // after the browser
  // A draft saved from the middle of a long form comes back at the same place, on the same button; what was done is said beside it.
  const PLACE = "saisie-place";
  function remember() {
    const seen = [...form.querySelectorAll(".critere")].find((one) => one.getBoundingClientRect().bottom > 0);
    if (seen && form.getBoundingClientRect().top < 0) sessionStorage.setItem(PLACE, JSON.stringify([window.location.pathname, seen.id, seen.getBoundingClientRect().top]));
  }
  const [path, id, top] = JSON.parse(sessionStorage.getItem(PLACE) || "[]");
  sessionStorage.removeItem(PLACE);
  const back = path === window.location.pathname && !document.getElementById("resume-erreurs") && document.getElementById(id);
  const done = document.querySelector(".messages .fr-alert--success");
  if (back && done) {
    window.scrollBy(0, back.getBoundingClientRect().top - top);
    say(`Brouillon enregistré à ${hour()}`);
    form.querySelector('.panneau-actions [value="enregistrer"]').focus({ preventScroll: true });
  }
  window.addEventListener("beforeunload", (event) => {
    const unsaved = dirty.size || sending || unsettled || form.hasAttribute("data-modifie") || form.querySelector(".critere-conflit");
    if (leaving || !unsaved) return;
    event.preventDefault();
  });
})();
