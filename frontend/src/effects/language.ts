/** The language of the pages: kept with the account and in this browser, where it is known before the first page. */
import { effect } from "@preact/signals";
import { rememberLanguage } from "../i18n/language";
import { changePreferences, preferences } from "./preferences";

/** What is on the screen was said in the old language: the page is loaded anew, as soon as the account has the new one. */
export async function setLanguage(tag: string): Promise<void> {
  await changePreferences({ language: tag });
  if (rememberLanguage(tag)) location.reload();
}

// What the person chose elsewhere comes along when they sign in here.
effect(() => {
  const chosen = preferences.value.language;
  if (chosen && rememberLanguage(chosen)) location.reload();
});
