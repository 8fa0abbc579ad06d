import { describe, expect, it } from "vitest";
import { DESK_COMMANDS, TOGETHER } from "./desk";
import { canChange, holderOf, keyOf, withKeys } from "./keymap";
import type { Press } from "./keys";
import { clashes } from "./registry";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
  defaultPrevented: false,
  target: null,
  ...more,
});

describe("keys of one's own", () => {
  it("take the place of the letters, not of the arrows", () => {
    const mine = withKeys(DESK_COMMANDS, { next: ["n"], "first-error": ["f"], submit: ["g"] });
    const keys = (id: string) => mine.find((command) => command.id === id)?.keys;
    expect(keys("next")).toEqual(["n", "arrowdown"]);
    expect(keys("first-error")).toEqual(["f"]);
    expect(keys("submit")).toEqual(["g"]);
    expect(keys("no-error")).toEqual(["a"]);
  });

  it("don't touch what counts by digits or works while typing", () => {
    const ids = DESK_COMMANDS.filter((command) => !canChange(command)).map(({ id }) => id);
    expect(ids).toContain("error-type-1");
    expect(ids).toContain("submit-typing");
    expect(ids).not.toContain("submit");
    expect(withKeys(DESK_COMMANDS, { "error-type-1": ["e"] })).toEqual(DESK_COMMANDS);
  });

  it("are told who has them already, where both are alive", () => {
    expect(holderOf(DESK_COMMANDS, TOGETHER, "first-error", "s")?.id).toBe("skip");
    expect(holderOf(DESK_COMMANDS, TOGETHER, "first-error", "w")).toBeUndefined(); // only in choices
    expect(holderOf(DESK_COMMANDS, TOGETHER, "skip", "w")?.id).toBe("strength");
  });

  it("are told apart from keys that belong to the browser", () => {
    expect(keyOf(press("G"))).toBe("g");
    expect(keyOf(press("ö"))).toBe("ö");
    expect(keyOf(press("о", { code: "KeyJ" }))).toBe("о");
    for (const key of ["Tab", "Escape", " ", "F5", "ArrowDown", "Shift"])
      expect(keyOf(press(key))).toBeNull();
    expect(keyOf(press("g", { ctrlKey: true }))).toBeNull();
  });

  it("are the usual ones without clashes, in every combination", () => {
    for (const scopes of TOGETHER) expect(clashes(DESK_COMMANDS, scopes)).toEqual([]);
  });
});
