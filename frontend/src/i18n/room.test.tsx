import { render } from "preact";
import { afterEach, expect, it } from "vitest";
import { bestOf } from "./language";
import { pseudo } from "./pseudo";
import { addTranslation, room, speak } from "./room";

const { t, rich } = room({
  greeting: "Hello {name}",
  steps: { one: "{n} step", other: "{n} steps" },
  more: "<b>{n} more</b>, {code}",
});
const host = document.createElement("p");

afterEach(() => speak({ tag: "en", direction: "ltr", formats: "en-GB" }));

it("speaks English by itself", () => {
  expect(t("greeting", { name: "{n}" })).toBe("Hello {n}");
  expect([1, 2, 1234].map((n) => t("steps", { n }))).toEqual(["1 step", "2 steps", "1,234 steps"]);
});

it("speaks another language by its own rules, and English where that has nothing", () => {
  speak({ tag: "pl", direction: "ltr" });
  addTranslation({ steps: { one: "{n} krok", few: "{n} kroki", other: "{n} kroków" } });
  expect([1, 3, 5].map((n) => t("steps", { n }))).toEqual(["1 krok", "3 kroki", "5 kroków"]);
  expect(t("greeting", { name: "Ada" })).toBe("Hello Ada");
  expect(document.documentElement.lang).toBe("pl");
});

it("keeps a name that runs the other way from turning the sentence around", () => {
  expect(t("greeting", { name: "מיה" })).toBe("Hello \u2068מיה\u2069");
});

it("puts elements in, wherever a language has them", () => {
  speak({ tag: "ar", direction: "rtl" });
  addTranslation({ more: "{code}: <b>{n}</b>" });
  expect(document.documentElement.dir).toBe("rtl");
  render(rich("more", { b: <b />, code: <code>x</code>, n: 3 }), host);
  expect(host.querySelector("b")?.textContent).toBe(new Intl.NumberFormat("ar").format(3));
  expect(host.firstElementChild?.tagName).toBe("CODE");
});

it("chooses the best language that there is", () => {
  const known = [{ tag: "en" }, { tag: "pt-BR" }, { tag: "de" }];
  expect(bestOf(["", "fr", "de-AT", "en"], known)?.tag).toBe("de");
  expect(bestOf(["pt-BR"], known)?.tag).toBe("pt-BR");
  expect(bestOf(["fr"], known)).toBeUndefined();
});

it("makes English strange, and longer, without touching what is filled in", () => {
  speak({ tag: "qps-rtl", direction: "rtl", formats: "en-GB" }, pseudo); // no tag that `Intl` knows
  expect(t("steps", { n: 1 })).toBe("[1 šţéþ ~~~]");
  expect(pseudo("<b>Skip</b> {n}")).toBe("[<b>Sķîþ</b> {n} ~~~~~]");
});
