// A text in one line for a list: what a formula says, without the marks that typeset it.

const SIGNS = new Map(
  `cdot · times × div ÷ pm ± le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ equiv ≡ infty ∞ to → rightarrow → implies ⇒
  iff ⇔ in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ emptyset ∅ forall ∀ exists ∃ sum ∑ prod ∏ int ∫ partial ∂ sqrt √
  angle ∠ triangle △ perp ⊥ parallel ∥ mid | circ ° degree ° ldots … dots … cdots … alpha α beta β gamma γ delta δ
  Delta Δ epsilon ε theta θ lambda λ mu μ pi π rho ρ sigma σ Sigma Σ tau τ phi φ varphi φ omega ω Omega Ω`
    .match(/[a-zA-Z]+\s+\S+/g)
    ?.map((pair) => pair.split(/\s+/) as [string, string]),
);
const UNSEEN = /\\(?:left|right|displaystyle|big|Big|text|textbf|mathrm|mathbf|mathbb|operatorname|boxed)\b/g;
const RAISED: Record<string, string> = { "0": "⁰", "1": "¹", "2": "²", "3": "³", n: "ⁿ" };
/** The first group is the mark that opens it, the second what it holds, the third the mark that ends it, if any. */
const FORMULA = /(\$\$?|\\\(|\\\[)([\s\S]*?)(\$\$?|\\\)|\\\]|$)/g;

/** Also of a text that was cut off in the middle of a formula. */
export function readable(text: string): string {
  let out = "";
  let at = 0;
  for (const found of text.matchAll(FORMULA)) {
    const [whole, , held = "", end] = found;
    out += words(text.slice(at, found.index));
    // A mark that nothing ends may be a price.
    out += end || held.includes("\\") ? formula(held) : words(whole);
    at = found.index + whole.length;
  }
  return (out + words(text.slice(at))).replace(/\s+/g, " ").trim();
}

const words = (text: string) => text.replace(/\*\*|__|`+|^#{1,6} /gm, "");

function formula(source: string): string {
  return source
    .replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, (_, a, b) => `${grouped(a)}/${grouped(b)}`)
    .replace(/\\sqrt\s*\{([^{}]*)\}/g, (_, inner) => `√${grouped(inner)}`)
    .replace(/\^\s*\{?\s*\\circ\s*\}?/g, "°")
    .replace(/\^\{?([0-3n])\}?(?![\w}])/g, (whole, digit) => RAISED[digit] ?? whole)
    .replace(UNSEEN, "")
    .replace(/\\q?quad\b|\\[,;:! ]/g, " ")
    .replace(/\\([a-zA-Z]+)/g, (_, name) => SIGNS.get(name) ?? name)
    .replace(/\\([%$#&_{}])|[{}]/g, (_, sign = "") => sign);
}

const grouped = (part: string) =>
  /^\s*(?:[\w.]+|\\[a-zA-Z]+)\s*$/.test(part) ? part.trim() : `(${part.trim()})`;
