// What is still missing from a new password, said while it is typed (AU-1). Nothing leaves the page; the server alone decides, and
// also knows the passwords found in leaks and what zxcvbn guesses.
(() => {
  "use strict";
  const list = document.querySelector("[data-regles]");
  const first = document.querySelector('[name="password1"]');
  const second = document.querySelector('[name="password2"]');
  if (!list || !first || !second) return;

  const MIN_BITS = 50;
  const rules = [...list.querySelectorAll("[data-regle]")];
  const missing = document.querySelector("[data-manque]");
  const least = Number(list.querySelector("[data-au-moins]").dataset.auMoins);
  const known = `${list.dataset.mots} convergence esante sante maturite evaluation plateforme motdepasse azerty`
    .toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= 4).sort((a, b) => b.length - a.length);

  // As accounts/passwords.py: length × log2 of the alphabets used, a repeated character counting once.
  function bits(password) {
    const kept = password.replace(/(.)\1+/gsu, "$1");
    const size = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/, 32]].reduce((sum, [sign, count]) => sum + (sign.test(kept) ? count : 0), 0);
    return size > 1 ? [...kept].length * Math.log2(size) : 0;
  }

  function isMadeOfNames(password) {
    const whole = password.toLowerCase();
    const rest = known.reduce((text, word) => text.replaceAll(word, ""), whole);
    return rest.length < whole.length && rest.replace(/[^\p{L}]/gu, "").length < 8;
  }

  const SEQUENCE = /0123|1234|2345|3456|4567|5678|6789|abcd|bcde|cdef|azer|zert|qwer|(.)\1{3}|(.{2,})\2\2/iu;
  const checks = {
    longueur: (text) => [...text].length >= least && [...text].length <= 128,
    noms: (text) => text !== "" && !isMadeOfNames(text),
    variete: (text) => bits(text) >= MIN_BITS && !SEQUENCE.test(text),
    pareil: (text) => text !== "" && text === second.value,
  };
  const advice = {
    longueur: (text) => ([...text].length > 128 ? "il est trop long" : `il manque ${least - [...text].length} caractère${least - [...text].length > 1 ? "s" : ""}`),
    noms: () => "il reprend surtout des noms connus",
    variete: () => "il se devine facilement",
    pareil: () => (second.value ? "les deux saisies diffèrent" : ""),
  };

  function update() {
    const text = first.value;
    const lacking = rules.filter((rule) => {
      const held = checks[rule.dataset.regle](text);
      rule.dataset.tenue = held ? "oui" : "non";
      rule.querySelector("[data-etat]").textContent = text ? (held ? " (c'est bon)" : " (pas encore)") : "";
      return !held;
    });
    const words = lacking.map((rule) => advice[rule.dataset.regle](text)).filter(Boolean);
    const said = !text ? "" : words.length ? `Pas encore : ${words.join(", ")}.` : lacking.length ? "Bien : saisissez-le une seconde fois." : "C'est bon.";
    if (missing.textContent !== said) missing.textContent = said;
  }

  let timer = 0;
  const soon = () => { clearTimeout(timer); timer = setTimeout(update, 300); }; // not at each key: the status is read aloud
  [first, second].forEach((field) => field.addEventListener("input", soon));
  update();
})();
