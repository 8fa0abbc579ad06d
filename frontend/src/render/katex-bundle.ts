// One lazy chunk: the typesetter and its style sheet.
import "katex/dist/katex.min.css";
import "../styles/formulas.css";
import type { KatexOptions } from "katex";
// @ts-expect-error: exported, but not in the published types
import { __renderToDomTree } from "katex";

/** A part of a typeset formula, before it becomes a node of the page. */
export interface TreeNode {
  attributes?: Record<string, string>;
  children?: TreeNode[];
  toNode: () => Node;
}

export const buildTree: (tex: string, options: KatexOptions) => TreeNode = __renderToDomTree;
