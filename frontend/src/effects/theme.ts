/**
 * Light, dark, high contrast, or whatever the system says; kept with the account and in this browser, where
 * public/theme.js applies it before the first paint.
 */
import { effect, signal } from "@preact/signals";
import { changePreferences, preferences } from "./preferences";

export type Theme = "system" | "light" | "dark" | "contrast";
export const THEMES: readonly Theme[] = ["system", "light", "dark", "contrast"];
const KEY = "stepmark.theme";

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY) as Theme;
    return THEMES.includes(value) ? value : "system";
  } catch {
    return "system"; // Storage can be switched off; the system's choice is a fine default.
  }
}

export const theme = signal<Theme>(stored());

export function setTheme(next: Theme): void {
  apply(next);
  void changePreferences({ theme: next });
}

// What the person chose elsewhere comes along when they sign in here.
effect(() => {
  const chosen = preferences.value.theme as Theme | undefined;
  if (chosen && chosen !== theme.peek()) apply(chosen);
});

function apply(next: Theme): void {
  theme.value = next;
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Not kept here then; it still holds for this page.
  }
}
