// KaTeX, loaded when the first formula appears. Until then, and where it fails, the source is shown.

import { t } from "../i18n";
import { tooDeep } from "./depth";
import type * as bundle from "./katex-bundle";
import type { Formula } from "./math";
import { styleByScript } from "./styleByScript";

let katex: typeof bundle | null = null;
let loading: Promise<void> | null = null;

export function isKatexLoaded(): boolean {
  return katex !== null;
}

/** Resolves once formulas can be typeset. Rejects when the code can't be fetched; may be called again then. */
export function loadKatex(): Promise<void> {
  loading ??= import("./katex-bundle").then(
    (module) => {
      katex = module;
    },
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

/** A formula longer than this may be wider than its column: it scrolls by itself, also by keyboard. */
const WIDE = 80;
/** Longer formulas are shown as source. */
const FORMULA_LIMIT = 8_000;
/** With macros of its own a short formula can ask for a long expansion, so both are kept small. */
const DEFINES_MACROS =
  /\\(?:[gex]?def|(?:re|provide)?newcommand|(?:re|provide)command|let|futurelet)(?![A-Za-z])/;
const FORMULA_LIMIT_WITH_MACROS = 1_000;

/** The formula as nodes: typeset, or its source with the reason as tooltip. */
export function mathNode(formula: Formula): HTMLElement {
  const node = document.createElement("span");
  node.className = formula.display ? "math math-display" : "math";
  node.dir = "ltr";
  const macros = DEFINES_MACROS.test(formula.tex);
  if (!katex) return asSource(node, formula);
  if (formula.tex.length > (macros ? FORMULA_LIMIT_WITH_MACROS : FORMULA_LIMIT)) {
    return asSource(node, formula, t("katex.too-long-typeset"));
  }
  try {
    const tree = katex.buildTree(formula.tex, {
      displayMode: formula.display,
      throwOnError: true,
      trust: refuse,
      strict: "ignore",
      maxSize: 10,
      maxExpand: macros ? 50 : 1_000,
      macros: {},
    });
    styleByScript(tree);
    node.append(tree.toNode());
    if (tooDeep(node)) throw new Error("Too deeply nested to typeset");
    if (formula.tex.length > WIDE) scrollable(node);
    return node;
  } catch (error) {
    node.replaceChildren();
    return asSource(
      node,
      formula,
      error instanceof Error ? error.message.replace(/^KaTeX parse error: /, "") : "",
    );
  }
}

function scrollable(node: HTMLElement): void {
  node.classList.add("math-wide");
  node.tabIndex = 0;
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", t("katex.formula"));
}

/** For what reaches out of the formula (links, images, classes, styles): shown as source, all of it. */
function refuse({ command }: { command: string }): boolean {
  throw new Error(`${command} is not obeyed here.`);
}

function asSource(node: HTMLElement, formula: Formula, why = ""): HTMLElement {
  node.classList.add(why ? "math-failed" : "math-source");
  node.textContent = formula.source;
  if (why) node.title = t("katex.shown-as-source", { why });
  return node;
}
