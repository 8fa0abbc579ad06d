// From a model's text to nodes. The text is not trusted: it may hold HTML, scripts, links, endless tables.
//
// Formulas are cut out first, the rest is Markdown with HTML off, and what comes back is walked once: formulas put in,
// images replaced by their address (nothing is ever fetched for a text), links made harmless and shown in full.
// This module alone touches innerHTML.

import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { t } from "../i18n";
import { tooDeep } from "./depth";
import { mathNode } from "./katex";
import { cutMath, type Formula } from "./math";

/** Beyond these the text is shown as it is. They keep one hostile text under about a second of parsing. */
const TEXT_LIMIT = 40_000;
const LINE_LIMIT = 20_000;
const LINES_LIMIT = 2_000;
const TABLE_ROWS_LIMIT = 400;
const FORMULAS_LIMIT = 2_000;
const NESTING = /^(?:[ \t]*(?:>|[-*+]|\d+[.)])[ \t]*){20}/m;
/** Openings that are never closed are what a Markdown parser is slow on. */
const MARKS_LIMIT: readonly [RegExp, number][] = [
  [/[[<]/g, 1_000],
  [/[*_~]/g, 6_000],
];

const TOO_DEEP = t("markdown.shown-as-plain-text");

export interface Rendered {
  fragment: DocumentFragment;
  /** Holds formulas: better once KaTeX is loaded. */
  math: boolean;
}

export function renderMarkdown(text: string): DocumentFragment {
  return render(text).fragment;
}

/** `mute`: the formulas' MathML comes later (`say`). */
export function render(text: string, mute = false): Rendered {
  const refusal = tooMuch(text);
  if (refusal) return { fragment: plain(text, refusal), math: false };
  const cut = cutMath(text);
  const formulas = cut.filter((piece): piece is Formula => typeof piece !== "string");
  const mark = unusedMark(text);
  if (formulas.length > FORMULAS_LIMIT || !mark) {
    return { fragment: plain(text, t("markdown.shown-as-plain-text-too")), math: false };
  }
  let n = 0;
  const source = cut.map((piece) => (typeof piece === "string" ? piece : `${mark}${n++}${mark}`)).join("");
  const content = toFragment(source);
  if (tooDeep(content)) return { fragment: plain(text, TOO_DEEP), math: false };
  return { fragment: new Walk(mark, formulas, mute).over(content), math: formulas.length > 0 };
}

function tooMuch(text: string): string {
  if (text.length > TEXT_LIMIT) return t("markdown.shown-as-plain-text-too-long");
  const lines = text.split("\n");
  if (lines.length > LINES_LIMIT) return t("markdown.shown-as-plain-text-too-many");
  if (lines.some((line) => line.length > LINE_LIMIT)) return t("markdown.shown-as-plain-text-line");
  if (lines.filter((line) => line.includes("|")).length > TABLE_ROWS_LIMIT) {
    return t("markdown.shown-as-plain-text-table");
  }
  const nested =
    NESTING.test(text) || MARKS_LIMIT.some(([mark, most]) => (text.match(mark)?.length ?? 0) > most);
  return nested ? TOO_DEEP : "";
}

/** The text as it is, with a note. */
function plain(text: string, why: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(element("p", "text-note", why), element("p", "text-plain", visibleControls(text)));
  return fragment;
}

function toFragment(source: string): DocumentFragment {
  const html = micromark(source, {
    // Four spaces before a line are a model's layout, hardly ever code.
    extensions: [gfm({ singleTilde: false }), { disable: { null: ["codeIndented"] } }],
    htmlExtensions: [gfmHtml()],
  });
  // A template's content is inert: nothing in it loads or runs before the walk has been over it.
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** A private-use character that the text does not contain: stands for the formulas while Markdown is parsed. */
function unusedMark(text: string): string | undefined {
  for (let code = 0xe000; code < 0xf8ff; code++) {
    const mark = String.fromCharCode(code);
    if (!text.includes(mark)) return mark;
  }
  return undefined;
}

const BLOCKS = "p, li, td, th, h1, h2, h3, h4, h5, h6";
/** Which side their marks are on and their columns begin. */
const BOXES = "ul, ol, table, blockquote";
const RIGHT_TO_LEFT =
  /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** By the first letter, as browsers tell it. */
const runsRightToLeft = (text: string) => RIGHT_TO_LEFT.test(text);

class Walk {
  private readonly marked: RegExp;

  constructor(
    mark: string,
    private readonly formulas: readonly Formula[],
    private readonly mute: boolean,
  ) {
    this.marked = new RegExp(`${mark}(\\d+)${mark}`, "g");
  }

  over(content: DocumentFragment): DocumentFragment {
    // Before anything belongs to this page: an image that does is fetched at once.
    for (const image of content.querySelectorAll("img")) this.image(image);
    const fragment = document.importNode(content, true);
    for (const node of fragment.querySelectorAll("[id]")) node.removeAttribute("id");
    for (const link of fragment.querySelectorAll("a")) this.link(link);
    for (const box of fragment.querySelectorAll("input")) box.replaceWith(box.checked ? "☑" : "☐");
    for (const heading of fragment.querySelectorAll("h1, h2, h3, h4, h5, h6")) this.heading(heading);
    for (const table of fragment.querySelectorAll("table")) this.table(table);
    for (const block of fragment.querySelectorAll(BLOCKS)) block.setAttribute("dir", "auto");
    for (const box of fragment.querySelectorAll(BOXES)) {
      // "auto" would look past what has a direction of its own, and that is all that is in them.
      if (runsRightToLeft(box.textContent ?? "")) box.setAttribute("dir", "rtl");
    }
    for (const item of fragment.querySelectorAll("li")) this.listItem(item);
    for (const code of fragment.querySelectorAll("code, pre")) code.setAttribute("dir", "ltr");
    this.texts(fragment);
    return fragment;
  }

  /** Puts the formulas in, and in code, where no formula was meant, their source. */
  private texts(fragment: DocumentFragment): void {
    const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      const inCode = text.parentElement?.closest("code, pre") != null;
      if (inCode) {
        text.data = visibleControls(this.restore(text.data));
        continue;
      }
      const pieces = text.data.split(this.marked);
      // Odd places hold the captured numbers.
      const nodes = pieces.map((piece, i) => (i % 2 ? this.formula(piece) : visibleControls(piece)));
      if (pieces.length > 1) text.replaceWith(...nodes.filter((node) => node !== ""));
      else text.data = visibleControls(text.data);
    }
  }

  private formula(index: string): Node | string {
    const formula = this.formulas[Number(index)];
    return formula ? mathNode(formula, this.mute) : "";
  }

  /** A text with the formulas' source in place of their marks. */
  private restore(text: string): string {
    return text.replace(this.marked, (_, index: string) => this.formulas[Number(index)]?.source ?? "");
  }

  private link(link: HTMLAnchorElement): void {
    const href = this.restore(decode(link.getAttribute("href") ?? ""));
    if (!/^(?:https?|mailto):/i.test(href)) {
      // A footnote, a path of our own site, or a protocol that the parser took out: the words remain.
      link.replaceWith(...link.childNodes);
      return;
    }
    const shown = this.restore(link.textContent ?? "");
    for (const { name } of [...link.attributes]) link.removeAttribute(name);
    link.setAttribute("href", href);
    link.rel = "noopener noreferrer nofollow";
    link.target = "_blank";
    if (shown !== href && `mailto:${shown}` !== href && !href.endsWith(`//${shown}`)) {
      link.after(element("span", "text-url", ` (${href})`));
    }
  }

  /** Fetching it would tell a stranger that this text is being read. */
  private image(image: HTMLImageElement): void {
    const alt = this.restore(image.getAttribute("alt") ?? "");
    const src = this.restore(decode(image.getAttribute("src") ?? ""));
    image.replaceWith(element("span", "text-image", `[image: ${[alt, src].filter(Boolean).join(" — ")}]`));
  }

  /** A heading of a model's text is no heading of our page. */
  private heading(heading: Element): void {
    const block = element("p", "text-heading");
    block.append(...heading.childNodes);
    heading.replaceWith(block);
  }

  /** One that is only a line of text keeps its line breaks; between blocks they would show as empty lines. */
  private listItem(item: HTMLLIElement): void {
    if (!item.querySelector(":scope > :is(p, ul, ol, pre, blockquote)")) item.className = "text-lines";
  }

  /** Wide tables scroll by themselves, also by keyboard. */
  private table(table: HTMLTableElement): void {
    const scroller = element("div", "text-table");
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "group");
    scroller.setAttribute("aria-label", t("markdown.table"));
    table.replaceWith(scroller);
    scroller.append(table);
  }
}

/** What the parser percent-encoded, for showing; as it is when that is not valid. */
function decode(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

const DIRECTION_CONTROLS: Record<string, string> = {
  "\u202a": "LRE",
  "\u202b": "RLE",
  "\u202c": "PDF",
  "\u202d": "LRO",
  "\u202e": "RLO",
};

/** Characters that would turn the text around are named instead of obeyed: the reader sees what the model wrote. */
export function visibleControls(text: string): string {
  return text.replace(/[\u202a-\u202e]/g, (char) => `⟨${DIRECTION_CONTROLS[char]}⟩`);
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text = "",
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  node.className = className;
  if (text) node.textContent = text;
  if (name === "p") node.dir = "auto";
  return node;
}
