/** Light, dark, or as the device says; kept in this browser. */

export type Theme = "auto" | "light" | "dark";

const STORED = "conclave.theme";

export function readTheme(): Theme {
  const stored = localStorage.getItem(STORED);
  return stored === "light" || stored === "dark" ? stored : "auto";
}

/**
 * Shows `theme` and keeps it. `color-scheme` on the root decides every `light-dark()` of the page.
 */
export function applyTheme(theme: Theme): void {
  if (theme === "auto") {
    localStorage.removeItem(STORED);
    delete document.documentElement.dataset["theme"];
    return;
  }
  localStorage.setItem(STORED, theme);
  document.documentElement.dataset["theme"] = theme;
}
