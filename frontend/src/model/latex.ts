// A problem with its steps as LaTeX to paste elsewhere.

import { cutMath } from "../render/math";
import type { Piece, TraceClaim } from "./claim";

const VERBATIM = new Set(["code", "formal", "tool_call", "observation"]);
const ESCAPES: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

export function traceLatex({ problem, steps }: TraceClaim): string {
  const items = steps.map((step) => `  \\item ${stepLatex(step)}`);
  return [
    `\\paragraph{Problem.} ${textLatex(problem.statement)}`,
    "\\begin{enumerate}",
    ...items,
    "\\end{enumerate}",
    "",
  ].join("\n");
}

function stepLatex({ kind, text }: Piece): string {
  // Nothing in it may end the environment.
  if (VERBATIM.has(kind) && !text.includes("\\end{verbatim}"))
    return `\\leavevmode\n\\begin{verbatim}\n${text}\n\\end{verbatim}`;
  return textLatex(text);
}

/** Formulas as they are, in LaTeX's own delimiters; of Markdown what has a counterpart. */
export function textLatex(text: string): string {
  return cutMath(text)
    .map((piece) => {
      if (typeof piece === "string") return proseLatex(piece);
      if (/^\\begin/.test(piece.tex))
        return /^\\begin\{(equation|align|gather|multline|eqnarray)/.test(piece.tex)
          ? piece.tex
          : `\\[${piece.tex}\\]`;
      return piece.display ? `\\[${piece.tex}\\]` : `\\(${piece.tex}\\)`;
    })
    .join("");
}

function proseLatex(text: string): string {
  return text
    .replace(/[\\~^]|[%&#_{}$]/g, (char) => ESCAPES[char] ?? `\\${char}`)
    .replace(/\*\*([^*\n]+)\*\*/g, "\\textbf{$1}")
    .replace(/(^|[^*])\*([^*\n]+)\*(?!\*)/g, "$1\\emph{$2}")
    .replace(/`([^`\n]+)`/g, "\\texttt{$1}");
}
