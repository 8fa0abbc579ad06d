import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DeskAction, openDesk, update } from "../model/desk";
import { ASKING, choiceClaim, PROJECT, traceClaim, walkClaim } from "../model/fixtures";
import { startWork } from "../model/work";
import { DESK_COMMANDS, scopesOf } from "./desk";
import { commandFor, type Press } from "./keys";
import { ariaKeys, type Command, clashes, keyLabel } from "./registry";

beforeEach(() => vi.stubGlobal("navigator", { platform: "Linux" }));
afterEach(() => vi.unstubAllGlobals());

function press(key: string, more: Partial<Press> = {}): Press {
  return {
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
  };
}

const command = (id: string, keys: string[], more: Partial<Command<null>> = {}): Command<null> => ({
  id,
  title: id,
  keys,
  scope: "s",
  run: () => {},
  ...more,
});
const COMMANDS = [
  command("next", ["j", "arrowdown"], { repeats: true }),
  command("undo", ["z"]),
  command("one", ["1"]),
  command("help", ["?"]),
  command("strength", ["w"]),
  command("submit", ["enter"]),
  command("submit-typing", ["mod+enter"], { whileTyping: true }),
  command("close", ["escape"], { whileTyping: true }),
];
const meant = (p: Press, singleKeys = true) => commandFor(p, COMMANDS, singleKeys)?.id;

function inside(html: string): Element {
  const host = document.createElement("div");
  host.innerHTML = html;
  return host.querySelector("[data-here]") ?? host;
}

describe("a key press", () => {
  it("means its command", () => {
    expect(meant(press("j"))).toBe("next");
    expect(meant(press("ArrowDown"))).toBe("next");
    expect(meant(press("q"))).toBeUndefined();
  });

  it("means the same with Caps Lock, another with Shift", () => {
    expect(meant(press("J"))).toBe("next");
    expect(meant(press("J", { shiftKey: true }))).toBeUndefined();
    expect(meant(press("Enter", { shiftKey: true }))).toBeUndefined();
  });

  it("is found by its place on a keyboard of another script, and on AZERTY", () => {
    expect(meant(press("о", { code: "KeyJ" }))).toBe("next");
    expect(meant(press("&", { code: "Digit1" }))).toBe("one");
    expect(meant(press("1", { code: "Digit1", shiftKey: true }))).toBe("one");
    expect(meant(press("?", { code: "Comma", shiftKey: true }))).toBe("help");
  });

  it("goes by the letter, not the place, on Dvorak", () => {
    expect(meant(press("z", { code: "Slash" }))).toBe("undo");
    expect(meant(press(";", { code: "KeyZ" }))).toBeUndefined();
    expect(meant(press(",", { code: "KeyW" }))).toBeUndefined();
  });

  it("belongs to a text field while typing there", () => {
    const field = inside("<textarea data-here></textarea>");
    expect(meant(press("j", { target: field }))).toBeUndefined();
    expect(meant(press("Enter", { target: field }))).toBeUndefined();
    expect(meant(press("Escape", { target: field }))).toBe("close");
    expect(meant(press("Enter", { target: field, ctrlKey: true }))).toBe("submit-typing");
  });

  it("belongs to an input method while composing", () => {
    expect(meant(press("j", { isComposing: true }))).toBeUndefined();
  });

  it("belongs to the browser with a modifier", () => {
    expect(meant(press("j", { ctrlKey: true }))).toBeUndefined();
    expect(meant(press("z", { metaKey: true }))).toBeUndefined();
    expect(meant(press("j", { altKey: true }))).toBeUndefined();
  });

  it("presses the button that has the focus, or a link", () => {
    const button = inside("<button><span data-here></span></button>");
    expect(meant(press("Enter", { target: button }))).toBeUndefined();
    expect(meant(press("j", { target: button }))).toBe("next");
    const ticked = inside('<input type="radio" data-here>');
    expect(meant(press("Enter", { target: ticked }))).toBe("submit");
    expect(meant(press("ArrowDown", { target: ticked }))).toBeUndefined();
  });

  it("held down repeats moves only", () => {
    expect(meant(press("j", { repeat: true }))).toBe("next");
    expect(meant(press("Enter", { repeat: true }))).toBeUndefined();
    expect(meant(press("z", { repeat: true }))).toBeUndefined();
  });

  it("of a single character can be switched off", () => {
    expect(meant(press("j"), false)).toBeUndefined();
    expect(meant(press("ArrowDown"), false)).toBe("next");
    expect(meant(press("Enter"), false)).toBe("submit");
  });
});

describe("the desk's commands", () => {
  it.each([
    [["desk"]],
    [["desk", "trace", "first_error"]],
    [["desk", "trace", "every_step"]],
    [["desk", "trace", "error_types"]],
    [["desk", "choice"]],
    [["desk", "walk"]],
    [["desk", "suggest"]],
  ])("of %s share no key", (scopes) => expect(clashes(DESK_COMMANDS, scopes)).toEqual([]));

  it("have different ids", () => {
    expect(new Set(DESK_COMMANDS.map(({ id }) => id)).size).toBe(DESK_COMMANDS.length);
  });

  it("clash when two want one key", () => {
    expect(clashes([command("a", ["x"]), command("b", ["x"])], ["s"])).toEqual(["x: a and b"]);
  });

  it("are those of the task on the desk, and none behind a dialog", () => {
    const desk = (claim = traceClaim(1)) =>
      update(openDesk(PROJECT, 0), { type: "claimed", work: startWork(claim, "first_error") });
    expect(scopesOf(desk())).toEqual(["desk", "trace", "first_error"]);
    const choosing = update(openDesk(PROJECT, 0), {
      type: "claimed",
      work: startWork(choiceClaim(1), "first_error"),
    });
    expect(scopesOf(choosing)).toEqual(["desk", "choice"]);
    expect(scopesOf(update(desk(), { type: "dialog", dialog: "help" }))).toEqual(["help"]);
  });

  it("each do something, in the state where they can", () => {
    // What works on the page rather than on the answer is told to it.
    vi.stubGlobal("document", { dispatchEvent: (event: CustomEvent) => tools.push(event.detail) });
    vi.stubGlobal(
      "CustomEvent",
      class {
        constructor(
          _: string,
          readonly init: { detail: string },
        ) {}
        get detail() {
          return this.init.detail;
        }
      },
    );
    const tools: string[] = [];
    const works = [
      startWork({ ...traceClaim(1), suggestions: true }, "first_error"),
      startWork(traceClaim(1), "every_step"),
      startWork(choiceClaim(1, 9), "first_error"),
      startWork({ ...walkClaim(1), suggestions: true }, "first_error"),
    ];
    const done = new Set<string>();
    for (const work of works) {
      const opened = update(openDesk(ASKING, 0), { type: "claimed", work });
      const desk = [
        { type: "prefer", id: "c-1" },
        { type: "open", panel: "comment" },
      ].reduce((one, action) => update(one, action as DeskAction), opened);
      for (const one of DESK_COMMANDS.filter(({ scope }) => scopesOf(desk).includes(scope as never))) {
        const actions: DeskAction[] = [];
        const context = { desk, dispatch: (action: DeskAction) => actions.push(action), newId: () => "1" };
        if (one.when?.(context) ?? true) one.run(context);
        if (actions.length || tools.splice(0).length) done.add(one.id);
      }
    }
    // Nothing was suggested that could be taken, and no error types have the keyboard.
    const all = DESK_COMMANDS.filter(({ scope }) => scope !== "suggest" && scope !== "error_types");
    const silent = all.filter(({ id }) => !done.has(id)).map(({ id }) => id);
    // This project has two error types only.
    expect(silent).toEqual([3, 4, 5, 6, 7, 8, 9].map((n) => `error-type-${n}`));
  });
});

describe("how a key is written", () => {
  it("on a button and for a screen reader", () => {
    expect(keyLabel("arrowdown")).toBe("↓");
    expect(keyLabel("mod+enter")).toBe("Ctrl ⏎");
    expect(ariaKeys({ keys: ["j", "arrowdown"] })).toBe("j ArrowDown");
    expect(ariaKeys({ keys: ["mod+enter"] })).toBe("Control+Enter");
  });
});
