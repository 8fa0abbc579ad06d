import { expect, it } from "vitest";
import { readable } from "./readable";

it.each([
  ["What is $2 + 2 \\cdot 2$?", "What is 2 + 2 · 2?"],
  ["Let $$x^2 \\le \\frac{a+1}{\\pi}$$ **hold**.", "Let x² ≤ (a+1)/π hold."],
  ["Cut at $\\sqrt{x} + \\fra", "Cut at √x + fra"],
  ["It costs $5.", "It costs $5."],
  ["角 $90^\\circ$ and \\(50\\%\\) of `code`", "角 90° and 50% of code"],
])("%s", (source, words) => expect(readable(source)).toBe(words));
