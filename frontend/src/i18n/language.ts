// Which language the pages speak: the one asked for in the address, else the person's choice, else the browser's first
// that there is.

import { addTranslation, type Catalogue, type Language, speak } from "./room";

export type Room = "base" | "desk" | "pages" | "admin";

interface Known extends Language {
  /** In itself, as its speakers look for it. */
  name: string;
}

/** What can be chosen. A language is a line here and a folder beside `en` with the same files. */
export const LANGUAGES: readonly Known[] = [
  { tag: "en", name: "English", direction: "ltr", formats: "en-GB" },
];

/** For trying out: English made strange, also from right to left. Only by `?lang=`. */
const TRIALS: readonly Language[] = [
  { tag: "qps", direction: "ltr", formats: "en-GB" },
  { tag: "qps-rtl", direction: "rtl", formats: "en-GB" },
];

const FILES = import.meta.glob<{ default: Catalogue }>(["./*/*.ts", "!./en/*.ts"]);
/** The files of a room, in every language. */
const PARTS: Readonly<Record<Room, readonly string[]>> = {
  base: ["base", "problems"],
  desk: ["desk"],
  pages: ["pages"],
  admin: ["admin", "data", "exports", "scoring"],
};
const KEY = "stepmark.language";

let spoken = "en";
/** Asked for in the address: nothing else counts then. */
let asked = false;

/** The best of what there is for what is wanted: "de-AT" is content with "de". */
export function bestOf<Any extends { tag: string }>(
  wanted: readonly string[],
  known: readonly Any[],
): Any | undefined {
  for (const tag of wanted) {
    const found = known.find((one) => one.tag === tag || one.tag === tag.split("-")[0]);
    if (found) return found;
  }
  return undefined;
}

function stored(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // Storage can be switched off; the browser's language is a fine default.
  }
}

/** Before anything is drawn. */
export async function startLanguage(): Promise<void> {
  const wish = new URLSearchParams(location.search).get("lang") ?? "";
  const trial = TRIALS.find(({ tag }) => tag === wish);
  const wished = trial ?? bestOf([wish], LANGUAGES);
  asked = wished !== undefined;
  const chosen = wished ?? bestOf([stored(), ...navigator.languages], LANGUAGES);
  if (!chosen || chosen.tag === "en") return;
  spoken = chosen.tag;
  speak(chosen, trial ? (await import("./pseudo")).pseudo : undefined);
  if (trial) addTranslation((await import("./en/problems")).default);
  await loadRooms(["base"]);
}

/** What these rooms say in the present language. Without it, as when offline, they speak English. */
export async function loadRooms(rooms: readonly Room[]): Promise<void> {
  if (spoken === "en") return;
  const loads = rooms.flatMap((room) => PARTS[room]).map((part) => FILES[`./${spoken}/${part}.ts`]?.());
  for (const loaded of await Promise.all(loads.map((load) => load?.catch(() => undefined))))
    if (loaded) addTranslation(loaded.default);
}

/** The one that the pages speak. */
export const spokenLanguage = (): string => spoken;

/** Keeps a choice in this browser. Whether the page has to be loaded anew for it. */
export function rememberLanguage(tag: string): boolean {
  try {
    localStorage.setItem(KEY, tag);
  } catch {
    return false; // Not kept here then, so loading the page anew would change nothing.
  }
  return !asked && tag !== spoken && LANGUAGES.some((one) => one.tag === tag);
}
