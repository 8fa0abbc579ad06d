/** Which version of a project's guidelines was opened last in this browser, so that a new one can be pointed out. */

const keyOf = (slug: string) => `stepmark.guidelines.${slug}`;

export function seenGuidelines(slug: string): number {
  try {
    return Number(localStorage.getItem(keyOf(slug)) ?? 0);
  } catch {
    return 0;
  }
}

export function markGuidelinesSeen(slug: string, version: number): void {
  try {
    localStorage.setItem(keyOf(slug), String(version));
  } catch {
    // They are pointed out once more.
  }
}
