// Remember, in this browser alone, whether the reader folded a block: <details data-memoire="name">.
(() => {
  const key = (block) => `convergence:repli:${block.dataset.memoire}`;
  for (const block of document.querySelectorAll("details[data-memoire]")) {
    try {
      const state = localStorage.getItem(key(block));
      if (state) block.open = state === "ouvert";
      block.addEventListener("toggle", () => localStorage.setItem(key(block), block.open ? "ouvert" : "plie"));
    } catch {
      // No storage in this browser: the block keeps the state of the page.
    }
  }
})();
