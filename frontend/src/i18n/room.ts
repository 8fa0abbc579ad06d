// The language that the pages speak, and how a sentence is looked up in it.
//
// Sentences are kept by room, so that nobody loads what another page says. English is the source and the fallback; a
// translation is loaded room by room (see `language.ts`) before the page that needs it.

import { type ComponentChild, cloneElement, type VNode } from "preact";

/** By plural rule of the language ("one", "few", "other", …); the number is the value `n`. */
type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;
export type Message = string | Plural;
/** Of some or all keys. */
export type Catalogue = Readonly<Record<string, Message>>;
type Values = Readonly<Record<string, string | number>>;
type Around = (text: ComponentChild[]) => VNode;
type RichValues = Readonly<Record<string, string | number | VNode | Around>>;

export interface Language {
  /** As in `<html lang>`. */
  tag: string;
  /** How it is written; texts of the data keep their own direction. */
  direction: "ltr" | "rtl";
  /** What numbers, dates and plurals follow, where that is not `tag`: one that `Intl` knows. */
  formats?: string;
}

let language: Language = { tag: "en", direction: "ltr", formats: "en-GB" };
let rules = new Intl.PluralRules("en");
let numbers = new Intl.NumberFormat("en-GB");
let translated: Record<string, Message> = {};
let changed: (text: string) => string = (text) => text;

/** For `Intl`. */
export const locale = (): string => language.formats ?? language.tag;

/** Speak another language from now on; what is already drawn stays. `change` is done to every text, for trying out. */
export function speak(next: Language, change: (text: string) => string = (text) => text): void {
  language = next;
  rules = new Intl.PluralRules(locale());
  numbers = new Intl.NumberFormat(locale());
  translated = {};
  changed = change;
  document.documentElement.lang = next.tag;
  document.documentElement.dir = next.direction;
}

/** More of the present language. */
export function addTranslation(catalogue: Catalogue): void {
  translated = { ...translated, ...catalogue };
}

/** What a translation says for a key; undefined where it says nothing, and in English. */
export function translation(key: string): string | undefined {
  const message = translated[key];
  return message === undefined ? undefined : changed(typeof message === "string" ? message : message.other);
}

/** `t` gives the sentence for a key of these; `rich` one with elements in it. */
export function room<Key extends string>(english: Readonly<Record<Key, Message>>) {
  const sentence = (key: Key, n: unknown): string => {
    const message = translated[key] ?? english[key];
    const text = typeof message === "string" ? message : (message[rules.select(Number(n))] ?? message.other);
    return changed(text);
  };

  /** With `{name}` replaced by the value of that name. `n` also decides the plural. */
  function t(key: Key, values: Values = {}): string {
    return sentence(key, values.n).replace(/\{(\w+)\}/g, (whole, name: string) =>
      written(values[name] ?? whole),
    );
  }

  /**
   * The same for values that are elements: `<name>text</name>` is put into the element of that name, or given to the
   * function of that name.
   */
  function rich(key: Key, values: RichValues): ComponentChild[] {
    return filled(sentence(key, values.n), values);
  }

  return { t, rich };
}

const written = (value: string | number): string =>
  typeof value === "number" ? numbers.format(value) : isolated(value);

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A name from the data within a sentence: one that runs the other way must not turn what stands around it. */
export function isolated(name: string): string {
  const turns = language.direction === "rtl" ? /\p{L}/u : RIGHT_TO_LEFT;
  return turns.test(name) ? `\u2068${name}\u2069` : name;
}

const PLACE = /\{(\w+)\}|<(\w+)>(.*?)<\/\2>/gs;

function filled(text: string, values: RichValues): ComponentChild[] {
  const parts: ComponentChild[] = [];
  let from = 0;
  for (const { 0: whole, 1: name, 2: tag, 3: inner = "", index } of text.matchAll(PLACE)) {
    parts.push(text.slice(from, index));
    const value = values[name ?? tag ?? ""];
    if (typeof value === "function") parts.push(value(filled(inner, values)));
    else if (typeof value === "object")
      parts.push(tag ? cloneElement(value, {}, filled(inner, values)) : value);
    else parts.push(value === undefined ? whole : written(value));
    from = index + whole.length;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}
