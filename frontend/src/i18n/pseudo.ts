// English made strange, to see at a glance what does not come from the catalogue and what has no room to grow.

const PLAIN = "abcdefghijklmnopqrstuvwxyz";
const ODD = "àƀçđéƒĝĥîĵķļɱñöþqŕšţûṽŵẋýž";
const STRANGE = new Map(Array.from(PLAIN, (letter, at) => [letter, ODD[at] ?? letter]));

/** "Skip {n}" becomes "[Šķîþ {n} ~~]"; a third longer, since many languages are. */
export function pseudo(text: string): string {
  const strange = text
    .split(/(\{[\w-]+\}|<\/?\w+>|\$[^$]*\$)/)
    .map((part, index) => (index % 2 ? part : [...part].map((c) => STRANGE.get(c) ?? c).join("")))
    .join("");
  return `[${strange} ${"~".repeat(Math.ceil(text.length / 3))}]`;
}
