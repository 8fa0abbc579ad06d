// @vitest-environment node
import ts from "typescript";
import { describe, expect, it } from "vitest";
import admin from "./en/admin";
import base from "./en/base";
import data from "./en/data";
import desk from "./en/desk";
import exported from "./en/exports";
import pages from "./en/pages";
import problems from "./en/problems";
import scoring from "./en/scoring";
import { pseudo } from "./pseudo";
import type { Message } from "./room";
import { at, each, FILES, isImportCall, isSaid, isText, plainWords, reached } from "./sources";

const ROOMS: Record<string, Readonly<Record<string, Message>>> = {
  base,
  desk,
  pages,
  admin,
  data,
  exported,
  scoring,
};
const ALL: ReadonlyMap<string, Message> = new Map(
  Object.values(ROOMS).flatMap((room) => Object.entries(room)),
);

const textsOf = (message: Message) =>
  typeof message === "string" ? [message] : Object.values(message as Record<string, string>);
const namesIn = (text: string) =>
  new Set(Array.from(text.matchAll(/\{(\w+)\}|<(\w+)>/g), ([, name, tag]) => name ?? tag ?? ""));

/** Not for reading, or not ours to translate: by file, what may stand there as it is. */
const CODE: Record<string, RegExp> = {
  "model/snippets.ts": /./, // programs
  "model/latex.ts": /./,
  "model/ingest.ts": /^(What is|Six sevens|The answer)/, // lines of a data file
  "model/schema.ts": /^(Good|Neutral|Bad)$/, // as the server names them: a project's own words
  "render/highlights.ts": /^(the a an |\.katex)/, // words too common to light up; selectors
  "model/readable.ts": /^cdot /, // LaTeX
  "commands/registry.ts": /^(Enter|Escape|Meta|Control|`Arrow)/, // for aria-keyshortcuts
  "api/client.ts": /^Date$/,
  "effects/ingest.ts": /^Accept$/,
  "i18n/language.ts": /^English$/,
  "render/markdown.ts": /^(p, li|ul, ol|noopener)/,
  "render/katex.ts": /^math /,
};
const ANYWHERE = /^(Stepmark|Python|curl|κ)$|· Stepmark$|^[A-Z][a-zA-Z-]*\/|^(GET|HEAD|POST)$/;

describe("the catalogue", () => {
  it("has every sentence that the pages say", () => {
    const plain = [...FILES].flatMap(([path, file]) =>
      plainWords(file)
        .filter((node) => {
          const text = isText(node) ? node.text : node.getText().trim();
          return !ALL.has(text) && !ANYWHERE.test(text) && !CODE[path]?.test(text);
        })
        .map((node) => `${at(node)} ${node.getText().trim().slice(0, 80)}`),
    );
    expect(plain, "put these into src/i18n/en and say them with t()").toEqual([]);
  });

  it("has each key once, and none that nobody says", () => {
    expect(ALL.size).toBe(Object.values(ROOMS).reduce((sum, room) => sum + Object.keys(room).length, 0));
    const said = new Set<string>();
    const made: RegExp[] = [];
    for (const file of FILES.values())
      each(file, (node) => {
        if (isText(node)) said.add(node.text);
        // t(`notes.${kind}`)
        if (ts.isTemplateExpression(node) && isSaid(node.parent))
          made.push(
            new RegExp(
              `^${node
                .getText()
                .slice(1, -1)
                .replace(/\$\{.*?\}/g, ".*")}$`,
            ),
          );
      });
    const unsaid = [...ALL.keys()].filter((key) => !said.has(key) && !made.some((one) => one.test(key)));
    expect(unsaid).toEqual([]);
  });

  it("is given a value for every name in a sentence", () => {
    const missing: string[] = [];
    for (const [path, file] of FILES)
      each(file, (node) => {
        if (!isSaid(node)) return;
        const [keys, given] = [keysOf(node.arguments[0]), node.arguments[1]];
        if (given && !ts.isObjectLiteralExpression(given)) return;
        const names = new Set((given?.properties ?? []).map((one) => one.name?.getText()));
        // The practice fills in the names of keys by itself.
        for (const key of keys)
          for (const text of textsOf(ALL.get(key) ?? ""))
            for (const name of namesIn(text))
              if (!names.has(name) && path !== "model/practice.ts")
                missing.push(`${at(node)} ${key} {${name}}`);
      });
    expect(missing).toEqual([]);
  });

  it("is made strange without losing what is filled in", () => {
    const lost = [...ALL, ...Object.entries(problems)].filter(([, message]) =>
      textsOf(message).some((text) => [...namesIn(text)].join() !== [...namesIn(pseudo(text))].join()),
    );
    expect(lost).toEqual([]);
  });
});

describe("another language is there before it is spoken", () => {
  it("says nothing while the first files are read", () => {
    const early: string[] = [];
    for (const path of reached("main.tsx", false)) {
      const look = (node: ts.Node): void => {
        if (isSaid(node)) early.push(at(node));
        if (!ts.isFunctionLike(node)) node.forEachChild(look);
      };
      const file = FILES.get(path);
      if (file) look(file);
    }
    expect(early).toEqual([]);
  });

  it("loads the rooms of each page with it", () => {
    const app = FILES.get("App.tsx");
    const wrong: unknown[] = [];
    let looked = 0;
    if (app)
      each(app, (node) => {
        if (!ts.isCallExpression(node) || node.expression.getText() !== "page") return;
        const [named, load] = node.arguments;
        if (!named || !ts.isArrayLiteralExpression(named) || !load) return;
        const rooms = named.elements.map((one) => (isText(one) ? one.text : ""));
        each(load, (inner) => {
          const from = isImportCall(inner) ? inner.arguments[0] : undefined;
          if (!from || !isText(from)) return;
          looked += 1;
          const files = reached(`${from.text.slice(2)}.tsx`, true);
          const needed = ["desk", "pages", "admin"].filter((room) => files.has(`i18n/${room}.ts`));
          if (needed.sort().join() !== rooms.sort().join()) wrong.push({ page: from.text, rooms, needed });
        });
      });
    expect(wrong).toEqual([]);
    expect(looked).toBeGreaterThan(8);
  });
});

/** The keys that `t(key)` or `t(a ? key : key)` may mean. */
function keysOf(node: ts.Node | undefined): string[] {
  if (!node) return [];
  if (isText(node)) return [node.text];
  return ts.isConditionalExpression(node) ? [...keysOf(node.whenTrue), ...keysOf(node.whenFalse)] : [];
}
