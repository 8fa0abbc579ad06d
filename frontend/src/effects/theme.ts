/** Light, dark, or whatever the system says; kept in this browser. public/theme.js applies it before first paint. */
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const KEY = "stepmark.theme";

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system"; // Storage can be switched off; the system's choice is a fine default.
  }
}

export const theme = signal<Theme>(stored());

export function setTheme(next: Theme): void {
  theme.value = next;
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Not kept then; it still holds for this page.
  }
}
