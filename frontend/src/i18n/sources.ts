// Reads the sources for the tests of the catalogue: what is said in them, and who imports whom. Only tests use it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NOT_READ =
  /\.test\.|^api\/schema\.ts$|^i18n\/en\/|^i18n\/sources\.ts$|fixtures|testDesk|fakeServer|\.d\.ts$/;

/** By path within src. */
export const FILES: ReadonlyMap<string, ts.SourceFile> = new Map(
  readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !NOT_READ.test(path))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      return [path, ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)];
    }),
);

export function each(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => each(child, visit));
}

export const at = (node: ts.Node): string => {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
};

export const isText = (node: ts.Node): node is ts.StringLiteralLike => ts.isStringLiteralLike(node);

/** The file that an import in `from` means; undefined for packages and styles. */
function resolved(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = normalize(join(dirname(from), specifier));
  return [path, `${path}.ts`, `${path}.tsx`, join(path, "index.ts")].find((one) => FILES.has(one));
}

/** All files that come with one; those that are fetched later only with `later`. */
export function reached(start: string, later: boolean, found: Set<string> = new Set()): Set<string> {
  const file = FILES.get(start);
  if (!file || found.has(start)) return found;
  found.add(start);
  each(file, (node) => {
    const specifier =
      ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly
        ? node.moduleSpecifier
        : ts.isExportDeclaration(node) && !node.isTypeOnly
          ? node.moduleSpecifier
          : later && isImportCall(node)
            ? node.arguments[0]
            : undefined;
    const next = specifier && isText(specifier) && resolved(start, specifier.text);
    if (next) reached(next, later, found);
  });
  return found;
}

export const isImportCall = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;

/** `t(…)` and `rich(…)`. */
export const isSaid = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && /^(t|rich)$/.test(node.expression.getText());

const TEXT_ATTRIBUTES =
  /^(title|label|aria-label|aria-description|aria-valuetext|placeholder|alt|text|lead|caption|hint|legend|action|what|summary|unit|error|heading)$/;
const CODE_ATTRIBUTES =
  /^(class|className|style|id|href|rel|role|type|key|for|name|autoComplete|viewBox|d|variant|size|scope|data-.*|on[A-Z].*)$|^aria-(?!label$|description$|valuetext$)/;
const SHOWN_FIELDS = /^(title|text|word|says|hint|detail|why)$/;
const CODE_FIELDS = /^(type|id|kind|scope|key|keys|code|tone|shape|mode|format|container)$/;
const CODE_CALLS =
  /^(t|rich|querySelector|querySelectorAll|matches|closest|split|replace|replaceAll|Set|RegExp|Error|DOMException|setAttribute|startsWith|includes)$/;

const letters = (text: string) => /\p{L}/u.test(text);
/** Several words, or one that begins as a sentence does. */
const sentence = (text: string) =>
  /\p{L}{2,}[,;:.)”]? [(“]?\p{L}/u.test(text) || /^\p{Lu}\p{Ll}+[.…?!:]?$/u.test(text);

/** What stands in a file as plain words though people get to read it. */
export function plainWords(file: ts.SourceFile): ts.Node[] {
  const found: ts.Node[] = [];
  each(file, (node) => {
    if (ts.isJsxText(node)) {
      const tag = ts.isJsxElement(node.parent) ? node.parent.openingElement.tagName.getText() : "";
      if (letters(node.text) && !/^(code|kbd|pre)$/.test(tag)) found.push(node);
    } else if (isText(node) || ts.isTemplateExpression(node)) {
      const text = isText(node)
        ? node.text
        : node
            .getText()
            .slice(1, -1)
            .replace(/\$\{.*?\}/gs, "");
      const shown = place(node);
      if (shown !== "code" && (shown === "shown" ? letters(text) : sentence(text))) found.push(node);
    }
  });
  return found;
}

/** Where a text stands: to be read, a name for the program, or perhaps either. */
function place(node: ts.Node): "shown" | "code" | "either" {
  let [inner, outer] = [node, node.parent];
  while (passesOn(inner, outer)) [inner, outer] = [outer, outer.parent];
  if (ts.isPropertyAssignment(outer)) {
    const name = outer.name.getText().replaceAll('"', "");
    if (outer.name === inner || CODE_FIELDS.test(name)) return "code";
    if (SHOWN_FIELDS.test(name) && isText(node)) return "shown";
  }
  if (ts.isImportDeclaration(outer) || ts.isExportDeclaration(outer)) return "code";
  if (ts.isElementAccessExpression(outer) || ts.isCaseClause(outer)) return "code";
  if (ts.isBinaryExpression(outer) && /^([!=]==?|in)$/.test(outer.operatorToken.getText())) return "code";
  if (ts.isCallExpression(outer) || ts.isNewExpression(outer)) {
    const callee = outer.expression;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
    const [attribute] = outer.arguments ?? [];
    if (name === "setAttribute" && attribute && isText(attribute) && attribute !== node)
      return TEXT_ATTRIBUTES.test(attribute.text) ? "shown" : "code";
    if (CODE_CALLS.test(name)) return "code";
  }
  if (ts.isJsxExpression(outer) && !ts.isJsxAttribute(outer.parent)) return isText(node) ? "shown" : "either";
  for (let up = outer; up && !ts.isFunctionLike(up); up = up.parent) {
    if (ts.isTypeNode(up)) return "code";
    if (ts.isJsxAttribute(up)) {
      const name = up.name.getText();
      if (CODE_ATTRIBUTES.test(name)) return "code";
      const own = up === outer || (ts.isJsxExpression(outer) && up === outer.parent);
      return own && isText(node) && TEXT_ATTRIBUTES.test(name) ? "shown" : "either";
    }
  }
  return "either";
}

/** `a ? node : node`, `a || node` and the like say what `node` says. */
function passesOn(node: ts.Node, parent: ts.Node): boolean {
  if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)) return true;
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.right === node &&
    /^(&&|\|\||\?\?)$/.test(parent.operatorToken.getText())
  );
}
