// What the page is called follows the job too: one may be looking at another tab.
document.addEventListener("htmx:afterSwap", () => {
  const job = document.getElementById("travail");
  if (job) document.title = `${job.dataset.titre} — Convergence`;
});

// Following a job: nothing is asked while the tab is hidden; it starts again when the tab comes back (EC-4).
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.matches("[data-suivi]")) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-suivi][hx-get]")) window.htmx.trigger(element, "reprendre");
});
