/** Typing a query: what may come next. The language itself is the server's. */

export interface KnownField {
  /** One that ends with a dot is followed by a name of the project's own: its values. */
  name: string;
  /** How it is written. */
  form: string;
  help: string;
  values: string[];
}

export interface Suggestion {
  /** What is put in place of the word at the cursor. */
  text: string;
  help: string;
}

export interface Offer {
  /** Where in the query the word at the cursor begins and ends. */
  start: number;
  end: number;
  suggestions: Suggestion[];
}

const MOST = 8;

/** The word at the cursor, and what it may become: fields, then their values. */
export function offer(query: string, cursor: number, fields: KnownField[]): Offer {
  let start = cursor;
  while (start > 0 && !/[\s(]/.test(query[start - 1] ?? "")) start -= 1;
  if (query[start] === "-") start += 1;
  let end = cursor;
  while (end < query.length && !/[\s)]/.test(query[end] ?? "")) end += 1;
  const word = query.slice(start, Math.max(start, cursor));
  return { start, end, suggestions: word.includes('"') ? [] : suggest(word, fields).slice(0, MOST) };
}

function suggest(word: string, fields: KnownField[]): Suggestion[] {
  const lower = word.toLowerCase();
  const named = fields.find((field) => field.name.endsWith(".") && lower.startsWith(field.name));
  if (named) {
    const typed = lower.slice(named.name.length);
    if (/[:<>=]/.test(typed)) return [];
    const operator = /[:<]/.exec(named.form)?.[0] ?? ":";
    return named.values
      .filter((key) => key.toLowerCase().startsWith(typed))
      .map((key) => ({ text: `${named.name}${quoted(key)}${operator}`, help: named.help }));
  }
  const colon = lower.indexOf(":");
  if (colon >= 0) {
    const field = fields.find((one) => one.name === lower.slice(0, colon));
    const typed = lower.slice(colon + 1);
    return (field?.values ?? [])
      .filter((value) => value.toLowerCase().startsWith(typed) && value.toLowerCase() !== typed)
      .map((value) => ({ text: `${field?.name}:${quoted(value)}`, help: "" }));
  }
  if (!lower || /[<>=]/.test(lower)) return [];
  return fields
    .filter((field) => field.name.startsWith(lower))
    .map((field) => ({ text: field.name.endsWith(".") ? field.name : beginning(field), help: field.help }));
}

/** `steps>=10` begins with `steps>=`, `label:unlabelled` with `label:`. */
function beginning(field: KnownField): string {
  return /^[a-z_]+[:<>=]+/.exec(field.form)?.[0] ?? `${field.name}:`;
}

function quoted(value: string): string {
  return /^[^\s()":<>=*]+$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
}

/** The query with the suggestion in place, and where the cursor is then: behind a space once a value is whole. */
export function accept(query: string, at: Offer, suggestion: Suggestion): { query: string; cursor: number } {
  const whole = !/[.:<>=]$/.test(suggestion.text);
  const rest = query.slice(at.end);
  const put = suggestion.text + (whole && !/^\s/.test(rest) ? " " : "");
  return { query: query.slice(0, at.start) + put + rest, cursor: at.start + put.length };
}
