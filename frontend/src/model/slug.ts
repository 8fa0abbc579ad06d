/** Turns a name into what an address or a key may hold. */

function ascii(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
}

/** "GSM8K first errors" → "gsm8k-first-errors"; at most 60 characters. Empty when nothing usable is left. */
export function slugify(name: string): string {
  return ascii(name)
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
}

/** "Wrong formula" → "wrong_formula"; begins with a letter; at most 40 characters. */
export function keyify(name: string): string {
  return ascii(name)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+/, "")
    .slice(0, 40)
    .replace(/_+$/, "");
}
