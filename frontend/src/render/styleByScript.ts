import type { TreeNode } from "./katex-bundle";

/**
 * KaTeX sets most styles one by one on the nodes, which a policy without 'unsafe-inline' allows, but some as an
 * attribute, which it does not. This makes them be set on the node too.
 */
export function styleByScript(tree: TreeNode): void {
  const { style, ...attributes } = tree.attributes ?? {};
  if (style !== undefined) {
    const toNode = tree.toNode.bind(tree);
    tree.attributes = attributes;
    tree.toNode = () => {
      const made: Node & Partial<ElementCSSInlineStyle> = toNode();
      if (made.style) made.style.cssText = style;
      return made;
    };
  }
  for (const child of tree.children ?? []) styleByScript(child);
}
