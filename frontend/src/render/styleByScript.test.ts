import { expect, it } from "vitest";
import { buildTree, type TreeNode } from "./katex-bundle";
import { styleByScript } from "./styleByScript";

const TALL_BRACE = String.raw`\left\{\begin{array}{l}1\\2\\3\\4\\5\end{array}\right.`;
const all = (tree: TreeNode): TreeNode[] => [tree, ...(tree.children ?? []).flatMap(all)];
const styled = (tree: TreeNode) => all(tree).filter(({ attributes }) => attributes?.style !== undefined);

it.each([TALL_BRACE, String.raw`\fcolorbox{red}{white}{x}`, String.raw`\pmb{x}`])(
  "leaves no style attribute in %s",
  (tex) => {
    const tree = buildTree(tex, {});
    expect(styled(tree)).not.toEqual([]);
    styleByScript(tree);
    expect(styled(tree)).toEqual([]);
  },
);

it("puts the style on the node", () => {
  const tree = buildTree(TALL_BRACE, {});
  styleByScript(tree);
  const host = document.createElement("div");
  host.append(tree.toNode());
  expect([...host.querySelectorAll("svg")].some((svg) => svg.style.width.endsWith("em"))).toBe(true);
});
