import { describe, expect, it } from "vitest";
import { accept, type KnownField, offer } from "./query";

const FIELDS: KnownField[] = [
  { name: "label", form: "label:unlabelled", help: "What people said", values: ["labelled", "unlabelled"] },
  { name: "steps", form: "steps>=10", help: "How many", values: [] },
  { name: "score.", form: "score.SCORER<0.5", help: "Lowest", values: ["my prm", "mc"] },
  { name: "contradicts.", form: "contradicts.SOURCE:ada", help: "Elsewhere", values: ["my data", "prm800k"] },
  { name: "generator", form: "generator:llama-*", help: "The model", values: ["llama-3", "qwen 2"] },
];
const texts = (query: string, cursor = query.length) =>
  offer(query, cursor, FIELDS).suggestions.map((one) => one.text);

describe("what may come next in a query", () => {
  it("is a field while a word is typed", () => {
    expect(texts("half s")).toEqual(["steps>=", "score."]);
    expect(texts("-la")).toEqual(["label:"]);
    expect(texts("(gen")).toEqual(["generator:"]);
    expect(texts("")).toEqual([]);
    expect(texts('"la')).toEqual([]);
  });

  it("is a value behind a field, and a scorer behind score.", () => {
    expect(texts("label:un")).toEqual(["label:unlabelled"]);
    expect(texts("generator:")).toEqual(["generator:llama-3", 'generator:"qwen 2"']);
    expect(texts("score.m")).toEqual(['score."my prm"<', "score.mc<"]);
    expect(texts("score.mc<0")).toEqual([]);
    expect(texts("contradicts.")).toEqual(['contradicts."my data":', "contradicts.prm800k:"]);
    expect(texts("label:labelled")).toEqual([]);
  });

  it("takes the place of the word at the cursor", () => {
    const query = "half la other";
    const at = offer(query, 7, FIELDS);
    expect(accept(query, at, { text: "label:", help: "" })).toEqual({
      query: "half label: other",
      cursor: 11,
    });
    const value = offer("-label:un", 9, FIELDS);
    expect(accept("-label:un", value, { text: "label:unlabelled", help: "" })).toEqual({
      query: "-label:unlabelled ",
      cursor: 18,
    });
  });
});
