// How deep elements stand inside each other: nesting that no text needs makes a browser slow, and then end the tab.

/** Chromium ended tabs from about 800 on; honest formulas and texts stay below 100. */
const MOST = 200;

export function tooDeep(root: ParentNode): boolean {
  // Level by level: recursion would overflow on the very thing that is looked for.
  let level = [...root.children];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MOST) return true;
    level = level.flatMap((node) => [...node.children]);
  }
  return false;
}
