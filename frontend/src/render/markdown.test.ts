import { beforeAll, describe, expect, it } from "vitest";
import { loadKatex } from "./katex";
import { renderMarkdown, visibleControls } from "./markdown";

beforeAll(() => loadKatex());

function rendered(text: string): HTMLElement {
  const host = document.createElement("div");
  host.append(renderMarkdown(text));
  return host;
}

describe("formats", () => {
  it("typesets formulas inside Markdown, with the source in the MathML", () => {
    const host = rendered("So **$a_b$** is _not_ $c_d$.");
    expect(host.querySelectorAll(".katex")).toHaveLength(2);
    expect(host.querySelector("strong annotation")?.textContent).toBe("a_b");
    expect(host.querySelectorAll("em")).toHaveLength(1);
  });

  it("keeps formulas with bars together in a table", () => {
    const host = rendered("| a | b |\n|---|---|\n| $|x|$ | 2 |");
    expect([...host.querySelectorAll("tbody td")]).toHaveLength(2);
    expect(host.querySelector("[role=group] > table")).not.toBeNull();
  });

  it("shows code as it is, dollars included", () => {
    const host = rendered("`$x$` and\n\n```py\nprice = '$5'\nb = \"$x$\"\n```");
    expect(host.querySelector("code")?.textContent).toBe("$x$");
    expect(host.querySelector("pre")?.textContent).toContain('b = "$x$"');
    expect(host.querySelector(".math")).toBeNull();
  });

  it("does not take four spaces for code", () => {
    expect(rendered("    indented $x$").querySelector("pre")).toBeNull();
  });

  it("shows the source of a formula that KaTeX rejects, and why", () => {
    const math = rendered(String.raw`see $\frobnicate{x}$`).querySelector<HTMLElement>(".math-failed");
    expect(math?.textContent).toBe(String.raw`$\frobnicate{x}$`);
    expect(math?.title).toContain("frobnicate");
  });

  it("does not carry a macro from one formula into the next", () => {
    const host = rendered(String.raw`$\gdef\foo{1}\foo$ and $\foo$`);
    expect(host.querySelectorAll(".math-failed")).toHaveLength(1);
  });

  it("makes no headings or ids of its own in our page", () => {
    const host = rendered("# Title\n\ntext[^1]\n\n[^1]: note");
    expect(host.querySelector("h1, h2, [id]")).toBeNull();
    expect(host.querySelector(".text-heading")?.textContent).toBe("Title");
  });
});

describe("is safe", () => {
  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "text <b onclick=alert(1)>bold</b>",
    "$<img src=x onerror=alert(1)>$",
    "```<script>```",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
  ])("with %s", (text) => {
    const host = rendered(text);
    expect(
      host.querySelector("script, style, img, iframe, object, [onerror], [onload], [onclick]"),
    ).toBeNull();
    expect([...host.querySelectorAll("svg")].every((svg) => svg.closest(".katex"))).toBe(true);
    expect(host.querySelector("a")).toBeNull();
  });

  it.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](data:text/html,<script>1</script>)",
    "[x](vbscript:x)",
    "[x](/account)",
    "[x](#main)",
    String.raw`$\href{javascript:alert(1)}{x}$`,
    String.raw`$\url{https://x.example}$`,
  ])("makes no link of %s", (text) => expect(rendered(text).querySelector("a")).toBeNull());

  it("shows where a link goes, and hands over nothing", () => {
    const link = rendered("[bank](https://evil.example/x_$1$ 'title')").querySelector("a");
    expect(link?.rel).toBe("noopener noreferrer nofollow");
    expect(link?.getAttribute("href")).toBe("https://evil.example/x_$1$");
    expect(link?.nextElementSibling?.textContent).toBe(" (https://evil.example/x_$1$)");
    expect(link?.hasAttribute("title")).toBe(false);
  });

  it("says an address once when it is its own text", () => {
    expect(rendered("https://a.example/b").textContent?.trim()).toBe("https://a.example/b");
  });

  it("fetches no images", () => {
    const host = rendered("![a cat](https://tracker.example/p.gif)");
    expect(host.querySelector("img")).toBeNull();
    expect(host.textContent).toContain("[image: a cat — https://tracker.example/p.gif]");
  });

  it.each([
    String.raw`$\htmlClass{toasts}{x}$`,
    String.raw`$\htmlStyle{position:fixed}{x}$`,
    String.raw`$\htmlId{app}{x}$`,
  ])("gives LaTeX no hold on the page: %s", (text) => {
    const host = rendered(text);
    expect(host.querySelector(".toasts, #app")).toBeNull();
    expect(host.innerHTML).not.toContain("fixed;");
  });

  it("names direction controls instead of obeying them, in text and in code", () => {
    expect(visibleControls("a\u202eb")).toBe("a⟨RLO⟩b");
    expect(rendered("x \u202e`\u202e`").textContent).not.toMatch(/[\u202a-\u202e]/);
    expect(rendered("مرحبا").querySelector("p")?.dir).toBe("auto");
    const marked = rendered("1. مرحبا\n\n> مرحبا\n\n- hello\n");
    const sides = ["ol", "blockquote", "ul"].map((name) => marked.querySelector<HTMLElement>(name)?.dir);
    expect(sides).toEqual(["rtl", "rtl", ""]);
  });
});

describe("degrades instead of hanging", () => {
  const PLAIN: [string, string][] = [
    ["a 1 MB line", "x ".repeat(500_000)],
    ["a table of 10,000 rows", `|a|b|\n|-|-|\n${"|1|2|\n".repeat(10_000)}`],
    ["nested quotes", ">".repeat(10_000)],
    ["nested lists", "- ".repeat(10_000)],
    ["open brackets", "[a](".repeat(9_000)],
    ["endless headings", "a\n=\n".repeat(9_000)],
  ];
  it.each(PLAIN)("%s becomes plain text with a note", (_, text) => {
    const host = rendered(text);
    expect(host.querySelector(".text-note")?.textContent).toMatch(/^Shown as plain text/);
    expect(host.querySelector(".text-plain")?.textContent).toBe(text);
  });

  const BOMBS: [string, string][] = [
    [
      "macros in macros",
      String.raw`\def\a{xxxxxxxxxx}\def\b{\a\a\a\a\a\a\a\a}\def\c{\b\b\b\b\b\b\b\b}\def\d{\c\c\c\c\c\c\c\c}\d\d`,
    ],
    ["a macro of itself", String.raw`\def\a{\a\a}\a`],
    ["a long body many times", `\\def\\a{${"x".repeat(450)}}${"\\a".repeat(240)}`],
    ["deep groups", "{".repeat(900) + "}".repeat(900)],
    ["no end of formulas", "x".repeat(1_900)],
  ];
  it.each(BOMBS)("%s in LaTeX end quickly", (_, tex) => {
    const start = performance.now();
    const host = rendered(`$${tex}$`);
    expect(host.querySelector(".math")).not.toBeNull();
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it("clamps sizes", () => {
    const style = rendered(String.raw`$\rule{9999em}{9999em}$`).innerHTML;
    expect(style).not.toContain("9999em;");
  });
});
