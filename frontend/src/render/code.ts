// Colours code when the highlighter is there; it is fetched with the first code that is shown.

import type * as highlighter from "./highlighter";
import { visibleControls } from "./markdown";

let loaded: typeof highlighter | null = null;
let loading: Promise<void> | null = null;

function load(): Promise<void> {
  loading ??= import("./highlighter").then(
    (module) => {
      loaded = module;
    },
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

/** Longer code, or longer lines, stay without colours: they would hold the page up. */
const CODE_LIMIT = 30_000;
const LINE_LIMIT = 2_000;

/** Puts code into an element, in colours as soon as can be. Returns the function that gives the colours up. */
export function drawCode(node: HTMLElement, code: string, language: string): () => void {
  const shown = visibleControls(code);
  node.textContent = shown;
  if (!language || shown.length > CODE_LIMIT || shown.split("\n").some(({ length }) => length > LINE_LIMIT)) {
    return () => {};
  }
  let current = true;
  const colour = () => {
    const nodes = current ? loaded?.highlighted(shown, SHORT[language] ?? language) : null;
    if (nodes) node.replaceChildren(nodes);
  };
  if (loaded) colour();
  else load().then(colour, () => {}); // not fetched: black on white is code, too
  return () => {
    current = false;
  };
}

/** Colours the fenced code of a typeset text by the language that the fence names. */
export function colourFences(root: HTMLElement): void {
  for (const code of root.querySelectorAll<HTMLElement>("pre > code[class^=language-]")) {
    const language = code.className.slice("language-".length).toLowerCase();
    drawCode(code, code.textContent ?? "", language);
  }
}

/** Names that fences and data use, by the name that the highlighter has. */
const SHORT: Readonly<Record<string, string>> = {
  py: "python",
  python3: "python",
  ipython: "python",
  js: "javascript",
  jsx: "javascript",
  ts: "typescript",
  tsx: "typescript",
  sh: "bash",
  shell: "bash",
  zsh: "bash",
  c: "cpp",
  cc: "cpp",
  "c++": "cpp",
  html: "xml",
  svg: "xml",
  jsonl: "json",
  yml: "yaml",
};
