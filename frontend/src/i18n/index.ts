// What the pages say, by key. English is the source and the fallback; another language is one more catalogue of the
// same shape, put in with `useCatalogue` before the first page is drawn.

import { en } from "./en";

/** By plural rule of the language ("one", "few", "other", …); the number is the value `n`. */
type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;
export type Message = string | Plural;
export type MessageKey = keyof typeof en;
export type Catalogue = Readonly<Partial<Record<MessageKey, Message>>>;
type Values = Readonly<Record<string, string | number>>;

let messages: Catalogue = {};
let rules = new Intl.PluralRules("en");
let numbers = new Intl.NumberFormat("en");

/** The sentence for a key, with `{name}` replaced by the value of that name. `n` also decides the plural. */
export function t(key: MessageKey, values: Values = {}): string {
  const message: Message = messages[key] ?? en[key];
  const text =
    typeof message === "string" ? message : (message[rules.select(Number(values.n))] ?? message.other);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
  });
}

/** Speak another language from now on. `direction` is how it is written; texts of the data keep their own. */
export function useCatalogue(language: string, direction: "ltr" | "rtl", catalogue: Catalogue): void {
  messages = catalogue;
  rules = new Intl.PluralRules(language);
  numbers = new Intl.NumberFormat(language);
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
}
