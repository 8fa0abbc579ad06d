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

/** Formulas that a screen reader is told by their source so far, by the element for their MathML. */
const mute = new WeakMap<Element, Formula>();
const MUTE = ".katex-mathml[aria-label]";

/**
 * The formula as nodes: typeset, or its source with the reason as tooltip. `later`: without its MathML, which is a
 * third of the nodes and which nobody sees; `say` adds it.
 */
export function mathNode(formula: Formula, later = false): HTMLElement {
  const node = document.createElement("span");
  node.className = formula.display ? "math math-display" : "math";
  node.dir = "ltr";
  const macros = DEFINES_MACROS.test(formula.tex);
  if (!katex) return asSource(node, formula);
  if (formula.tex.length > (macros ? FORMULA_LIMIT_WITH_MACROS : FORMULA_LIMIT)) {
    return asSource(node, formula, t("katex.too-long-typeset"));
  }
  try {
    node.append(typeset(katex, formula, later ? "html" : "htmlAndMathml"));
    if (tooDeep(node)) throw new Error("Too deeply nested to typeset");
    if (later) node.querySelector(".katex-html")?.before(placeFor(formula));
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

function typeset(
  { buildTree }: typeof bundle,
  formula: Formula,
  output: "html" | "mathml" | "htmlAndMathml",
): Node {
  const tree = buildTree(formula.tex, {
    displayMode: formula.display,
    throwOnError: true,
    trust: refuse,
    strict: "ignore",
    maxSize: 10,
    maxExpand: DEFINES_MACROS.test(formula.tex) ? 50 : 1_000,
    macros: {},
    output,
  });
  styleByScript(tree);
  return tree.toNode();
}

/** Where its MathML will stand. Until then the source is what is read out. */
function placeFor(formula: Formula): HTMLElement {
  const place = document.createElement("span");
  place.className = "katex-mathml";
  place.setAttribute("role", "math");
  place.setAttribute("aria-label", formula.tex);
  mute.set(place, formula);
  return place;
}

/** Adds the MathML to the formulas in an element, for as long as there is time. Whether all have it now. */
export function say(root: ParentNode, hasTime: () => boolean): boolean {
  for (const place of root.querySelectorAll(MUTE)) {
    const formula = mute.get(place);
    if (!katex || !formula) continue;
    if (!hasTime()) return false;
    mute.delete(place);
    try {
      const math = typeset(katex, formula, "mathml").firstChild;
      if (!(math instanceof Element) || tooDeep(math)) continue;
      place.append(math);
      place.removeAttribute("role");
      place.removeAttribute("aria-label");
    } catch {
      // What can't be written as MathML is read out as its source.
    }
  }
  return true;
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
