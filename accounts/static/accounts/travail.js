// Following a job: nothing is asked while the tab is hidden; it starts again when the tab comes back (EC-4).
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.matches("[data-suivi]")) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-suivi][hx-get]")) window.htmx.trigger(element, "reprendre");
});
