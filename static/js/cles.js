// Passkeys: the button asks the browser for the key, and sends its answer by the form (AU-3).
(() => {
  "use strict";
  const form = document.querySelector("form[data-cle]");
  if (!form) return;
  const failure = form.querySelector("[data-cle-echec]");
  const say = (text) => { failure.textContent = text; failure.hidden = !text; };

  const button = form.querySelector("[data-cle-bouton]");
  button.hidden = false; // without this script it would do nothing: the page says so instead
  form.querySelector("[data-cle-sans-script]").hidden = true;
  button.addEventListener("click", async () => {
    say("");
    if (!window.PublicKeyCredential) return say("Ce navigateur ne sait pas utiliser de clé d'accès : choisissez un autre moyen.");
    try {
      const options = JSON.parse(document.getElementById("js_data").textContent);
      const key = form.dataset.cle === "creer" ? await window.webauthnJSON.create(options.creation_options) : await window.webauthnJSON.get(options.request_options);
      form.elements.credential.value = JSON.stringify(key);
      return form.submit();
    } catch (error) {
      return say(error.name === "InvalidStateError" ? "Cette clé est déjà enregistrée pour votre compte." : "La clé n'a pas répondu, ou la demande a été annulée : réessayez.");
    }
  });
})();
