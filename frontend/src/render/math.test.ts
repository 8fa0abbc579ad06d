import { describe, expect, it } from "vitest";
import { cutMath } from "./math";

/** The formulas' LaTeX, in order. */
const formulas = (text: string) =>
  cutMath(text).flatMap((piece) => (typeof piece === "string" ? [] : [piece.tex]));
const rejoined = (text: string) =>
  cutMath(text)
    .map((piece) => (typeof piece === "string" ? piece : piece.source))
    .join("");

describe("finds formulas", () => {
  it.each([
    ["so $x^2$ is", ["x^2"]],
    ["so $ x = 3 $ is", [" x = 3 "]],
    ["$$a_b$$", ["a_b"]],
    ["$$\na\n$$", ["\na\n"]],
    [String.raw`\(a\) and \[b\]`, ["a", "b"]],
    [String.raw`$\text{if $y$ holds}$`, [String.raw`\text{if $y$ holds}`]],
    [String.raw`\[ 4 \text{ where $x>0$ } \]`, [String.raw` 4 \text{ where $x>0$ } `]],
    [String.raw`\begin{align*}a&=b\\c&=d\end{align*}`, [String.raw`\begin{align*}a&=b\\c&=d\end{align*}`]],
    [String.raw`a \boxed{\frac{1}{2}}.`, [String.raw`\boxed{\frac{1}{2}}`]],
    [String.raw`is \frac{1}{2}.`, [String.raw`\frac{1}{2}`]],
    [String.raw`in $ -36, \ldots, 48$?`, [String.raw` -36, \ldots, 48`]],
    ["He pays $5$ dollars", ["5"]],
    ["$x$, $y$ and $z$", ["x", "y", "z"]],
    ["| $|x|$ | b |", ["|x|"]],
    [String.raw`\$5 and $x$`, ["x"]],
  ])("in %s", (text, expected) => expect(formulas(text)).toEqual(expected));

  it("takes a nested environment of the same name as one", () => {
    const text = String.raw`\begin{array}{c}\begin{array}{c}1\end{array}\end{array} end`;
    expect(formulas(text)).toEqual([text.slice(0, -4)]);
  });

  it("tells display from inline", () => {
    const display = cutMath(String.raw`$a$ $$b$$ \(c\) \[d\] \boxed{e}`).flatMap((p) =>
      typeof p === "string" ? [] : p.display,
    );
    expect(display).toEqual([false, true, false, true, false]);
  });
});

describe("leaves alone", () => {
  it.each([
    "It costs $5 and $7.",
    "From $5-$7, or $5/$7.",
    "$20 per hour * 8 hours = $160. Then he spent $40 more.",
    "He has $ 5 and you have $ 7.",
    "It costs $5,and sells for 7$ today",
    "5$ and 7$",
    "a lone $ sign",
    "open $x and never closed",
    "a $$ b",
    "$$ $$",
    "`$x$` in code",
    "``a ` $x$`` in code",
    "```\n$x$\n```",
    "~~~\n$x$\n~~~",
    "```\n$x$ in an open fence",
    "first $x\n\nsecond y$",
    String.raw`\(never closed`,
    String.raw`\\(escaped\\)`,
    String.raw`\begin{align} never closed`,
    String.raw`\begin{itemize}\item $\end{itemize}`,
  ])("%s", (text) => expect(formulas(text)).toEqual([]));
});

it("keeps every character, formulas' delimiters included", () => {
  const text = String.raw`$5, \(a_b\), $$c$$ and \[d%\] \boxed{$7} ~~~ x`;
  expect(rejoined(text)).toBe(text);
});

it("reads percent signs and money inside formulas as what they are", () => {
  expect(formulas(String.raw`\(50% \cdot 20\)`)).toEqual([String.raw`50\% \cdot 20`]);
  expect(formulas(String.raw`\boxed{$400}`)).toEqual([String.raw`\boxed{\$400}`]);
  expect(formulas(String.raw`\(\frac{$100}{5} = $20\)`)).toEqual([String.raw`\frac{\$100}{5} = \$20`]);
});

// Cutting takes a few ms; in quadratic time or worse it would outlive the runner's patience.
it("is quick on texts made to be slow", { timeout: 30_000 }, () => {
  const n = 40_000;
  const hostile = ["${", "$", "$$ ", "\\(", "\\[", "\\begin{align}", "`", "\\boxed{", "\\frac{1}{"].map(
    (piece) => piece.repeat(n / piece.length),
  );
  const unbalanced = "\\begin{align}".repeat(1500) + "\\end{align}".repeat(700);
  const ticks = Array.from({ length: 280 }, (_, i) => "`".repeat(i + 1)).join(" ");
  for (const text of [...hostile, unbalanced, ticks]) {
    expect(cutMath(text).length).toBeGreaterThan(0);
  }
});

/** Read by way of a variable: the types of Node are no dependency of a page. */
const fs = "node:fs";
const { readFileSync, existsSync } = await import(/* @vite-ignore */ fs);
const path = "../../shared/data/processbench/gsm8k.json";
const real: string | null = existsSync(path) ? readFileSync(path, "utf8") : null;
it.skipIf(!real)("finds no prose between the prices of ../shared/data/processbench/gsm8k.json", () => {
  const rows = JSON.parse(real ?? "[]") as { problem: string; steps: string[] }[];
  const inline = rows
    .flatMap((row) => [row.problem, ...row.steps])
    .flatMap(cutMath)
    .flatMap((piece) => (typeof piece === "string" || piece.display ? [] : [piece.tex]))
    .map((tex) => tex.replace(/\\(?:text|mathrm)\s*\{[^}]*\}/g, ""));
  expect(inline.length).toBeGreaterThan(500);
  expect(inline.filter((tex) => /[a-z]{4,} [a-z]{3,} [a-z]{2,}/i.test(tex))).toEqual([]);
});
