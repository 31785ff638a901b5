// The end of a session: a warning two minutes before, « Prolonger », and what was typed given back after signing in again (AU-7).
// So is what was sent and not received: answered by an error, or by nothing (WF-2).
// One request is made when the warning is due, none before: a save or another tab may have made the session longer meanwhile.
//
// What was typed is kept in sessionStorage, never in localStorage: it may be confidential, so it stays in this tab, goes away with
// it, bears the number of the account, and is erased once given back, at sign-out, or when another account signs in.
(() => {
  "use strict";
  const PREFIX = "convergence:saisie:";
  const KEPT = 12 * 3600 * 1000;
  const dialog = document.getElementById("session");
  const here = window.location.pathname + window.location.search;

  // --- The store ---------------------------------------------------------------------------------------------------------
  const store = (() => {
    try { window.sessionStorage.getItem(PREFIX); return window.sessionStorage; } catch { return null; }
  })();
  const keys = () => (store ? Object.keys(store).filter((key) => key.startsWith(PREFIX)) : []);
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const write = (key, value) => { try { store.setItem(key, JSON.stringify(value)); } catch { /* full: nothing is kept */ } };
  const forget = (chosen) => chosen.forEach((key) => store.removeItem(key));

  const place = (address) => { const url = new URL(address, window.location); return url.pathname + url.search; };
  const giveBackLater = (chosen) => chosen.forEach((key) => write(key, { ...read(key), remettre: true }));
  const sentTo = (address) => keys().filter((key) => (read(key) || {}).vers === address);

  // --- Not received ------------------------------------------------------------------------------------------------------
  // A form sent after the end of the session, or that could not be checked, led here: what it held will be given back.
  if (!dialog) {
    giveBackLater(keys());
    document.addEventListener("submit", (event) => forget(sentTo(place(event.target.action))));
    return;
  }
  // The page of an error names the address of the form it answers, and so does a step that came before a form.
  const main = document.querySelector("[data-non-recus]");
  const isError = Boolean(main && main.hasAttribute("data-refuse"));
  (main ? JSON.parse(main.dataset.nonRecus) : []).forEach((address) => giveBackLater(sentTo(address)));
  // One comes back to a form it had sent, and no page of ours was its answer: the network, or what stands before the site.
  const cameBack = (performance.getEntriesByType("navigation")[0] || {}).type === "back_forward";

  // --- What was typed ------------------------------------------------------------------------------------------------------
  const mine = `${PREFIX}${dialog.dataset.compte}:`;
  const key = mine + here;
  const isText = (field) => field.matches("textarea, select, input") && !/^(password|hidden|file|submit|button|image|reset)$/.test(field.type) && field.name && field.autocomplete !== "one-time-code";
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const now = (field) => (isTick(field) ? field.checked : field.multiple ? [...field.selectedOptions].map((o) => o.value).join("\n") : field.value);
  const before = (field) => {
    if (isTick(field)) return field.defaultChecked;
    if (field.tagName !== "SELECT") return field.defaultValue;
    const chosen = [...field.options].filter((option) => option.defaultSelected).map((option) => option.value);
    return chosen.length || field.multiple ? chosen.join("\n") : (field.options[0] || { value: "" }).value;
  };
  const fields = () => [...document.querySelectorAll("form")].flatMap((form, rank) =>
    form.method === "post" && !dialog.contains(form) ? [...form.elements].filter(isText).map((field) => [`${rank}|${field.name}|${isTick(field) ? field.value : ""}`, field]) : []);

  function keep(remettre, vers) {
    const typed = fields().filter(([, field]) => now(field) !== before(field)).map(([name, field]) => [name, now(field), before(field)]);
    if (store && typed.length) write(key, { typed, remettre, vers, at: Date.now() });
  }

  function giveBack() {
    const kept = store && read(key);
    if (!kept || !(kept.remettre || cameBack) || Date.now() - kept.at > KEPT) return;
    const present = new Map(fields());
    let given = 0;
    const apart = [];
    for (const [name, value, initial] of kept.typed) {
      const field = present.get(name);
      if (field && now(field) === value) continue;
      // An answer that somebody changed meanwhile is not overwritten: what was typed is shown beside it.
      if (!field || before(field) !== initial) { if (typeof value === "string" && value) apart.push(value); continue; }
      if (isTick(field)) field.checked = value;
      else if (field.multiple) for (const option of field.options) option.selected = value.split("\n").includes(option.value);
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      given += 1;
    }
    if (given || apart.length) tell(given, apart);
  }

  function tell(given, apart) {
    const notice = document.createElement("div");
    notice.className = "fr-alert fr-alert--info fr-mb-3w";
    const add = (text) => { const line = document.createElement("p"); line.textContent = text; notice.append(line); };
    if (given) add("Ce que vous aviez saisi et qui n'avait pas été reçu a été remis dans la page. Vérifiez-le, puis enregistrez.");
    if (apart.length) add("La page a changé entre-temps ; ce texte que vous aviez saisi n'y a pas été remis :");
    apart.forEach(add);
    (document.querySelector(".messages") || document.querySelector("main")).append(notice);
  }

  forget(keys().filter((other) => !other.startsWith(mine)));
  document.addEventListener("DOMContentLoaded", () => { // once the scripts of the page listen
    if (!isError) { giveBack(); forget([key]); }
    forget(keys().filter((other) => !read(other)?.remettre));
  });

  document.addEventListener("submit", (event) => {
    if (event.target.action === signOut) { forget(keys()); return; }
    if (event.target.method !== "post" || dialog.contains(event.target) || event.defaultPrevented) return;
    const vers = place(event.target.action);
    forget(sentTo(vers)); // sent again, from here or from the page of an error
    keep(false, vers);
  });
  const signOutForm = document.querySelector("[data-menu-compte] form");
  const signOut = signOutForm ? signOutForm.action : "";

  // --- The warning -----------------------------------------------------------------------------------------------------------
  const words = document.getElementById("session-texte");
  const title = document.getElementById("session-titre");
  const parts = { prolonger: dialog.querySelector("[data-prolonger]"), fermer: dialog.querySelector("[data-fermer]"), reconnecter: dialog.querySelector("[data-reconnecter]") };
  const warn = Number(dialog.dataset.avertir);
  let end = 0;
  let timer = 0;
  let dismissed = false;

  const left = () => (end - Date.now()) / 1000;
  const at = () => new Date(end).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
  const after = (seconds, act) => { clearTimeout(timer); timer = setTimeout(act, Math.min(Math.max(seconds, 0) * 1000, 2 ** 31 - 1)); };

  function show(part, heading, text) {
    title.textContent = heading;
    words.textContent = text;
    Object.entries(parts).forEach(([name, element]) => { element.hidden = name !== part; });
    if (!dialog.open) dialog.showModal();
    (parts[part].querySelector("button, a") || title).focus();
  }

  function wait(seconds) {
    end = Date.now() + seconds * 1000;
    dismissed = false;
    if (dialog.open && parts.reconnecter.hidden) dialog.close();
    after(seconds - warn, check);
  }

  async function ask(url, options = {}) {
    const response = await fetch(url, { redirect: "manual", headers: { Accept: "application/json" }, ...options });
    return response.ok ? response.json() : null;
  }

  // Near the end: ask how much is left, and warn if it is really near.
  async function check() {
    let state;
    try { state = await ask(dialog.dataset.duree); } catch { return after(10, check); }
    if (!state) return over();
    if (state.reste > warn) return wait(state.reste);
    end = Date.now() + state.reste * 1000;
    after(state.reste + 1, check);
    if (dialog.open || dismissed) return undefined;
    return state.prolongeable
      ? show("prolonger", "Votre session va prendre fin", `Sans action de votre part, elle prendra fin à ${at()}. Prolongez-la pour continuer votre travail.`)
      : show("fermer", "Votre session va prendre fin", `Une session dure au plus douze heures : celle-ci prendra fin à ${at()}. Enregistrez votre travail, puis connectez-vous à nouveau.`);
  }

  function over() {
    clearTimeout(timer);
    keep(true);
    // What was typed is kept: leaving for the sign-in page needs no warning (base.js).
    window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
    parts.reconnecter.querySelector("a").href = `${dialog.dataset.connexion}?next=${encodeURIComponent(here)}`;
    show("reconnecter", "Votre session a pris fin", "Connectez-vous à nouveau : vous reviendrez sur cette page, et ce que vous y aviez saisi y sera remis.");
  }

  parts.prolonger.addEventListener("submit", async (event) => {
    event.preventDefault();
    let state = null;
    try { state = await ask(parts.prolonger.action, { method: "POST", body: new URLSearchParams(new FormData(parts.prolonger)) }); } catch {
      words.textContent = "La session n'a pas pu être prolongée : vérifiez votre connexion au réseau, puis réessayez.";
      return undefined;
    }
    return state ? wait(state.reste) : check();
  });
  const dismiss = () => { if (parts.reconnecter.hidden) { dismissed = true; dialog.close(); } };
  parts.fermer.querySelector("button").addEventListener("click", dismiss);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); dismiss(); });

  // A computer that slept: its timers are late, the end may be past.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && left() <= warn && !dialog.open) after(0, check); });
  wait(Number(dialog.dataset.reste));
})();
