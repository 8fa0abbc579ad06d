// Runs before the first paint, so that a chosen theme never flashes the other one. Kept apart from the bundle
// because the content security policy allows no inline script.
(() => {
  try {
    const theme = localStorage.getItem("stepmark.theme");
    if (["light", "dark", "contrast"].includes(theme)) document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is switched off: the system's choice applies.
  }
})();
