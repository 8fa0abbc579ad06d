import { describe, expect, it } from "vitest";
import type { Labels } from "../api/types";
import { asked, NOTHING_CHOSEN } from "./exportOptions";
import { bytes, count, dateTime, duration, percent, plural, shortId } from "./format";
import { errorsToCsv, IMPORT_FORMATS, looksLikeArray } from "./ingest";
import { safeNext } from "./next";
import { keyify, slugify } from "./slug";
import { exportSnippets, importSnippets, shellWord, tokenSnippets } from "./snippets";

describe("where to go after signing in", () => {
  it("stays on this site", () => {
    expect(safeNext("/p/a/admin/import?x=1")).toBe("/p/a/admin/import?x=1");
    for (const bad of [
      undefined,
      "",
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "javascript:1",
    ]) {
      expect(safeNext(bad)).toBe("/");
    }
  });

  it("never comes back to the sign-in page", () => {
    expect(safeNext("/sign-in?next=/")).toBe("/");
  });
});

describe("amounts", () => {
  it("read as people write them", () => {
    expect(count(12345)).toBe("12,345");
    expect(plural(1, "task")).toBe("1 task");
    expect(plural(0, "task")).toBe("0 tasks");
    expect(bytes(999)).toBe("999 bytes");
    expect(bytes(1500)).toBe("1.5 kB");
    expect(bytes(612_345)).toBe("612 kB");
    expect(duration(41)).toBe("41 s");
    expect(duration(118)).toBe("2 min");
    expect(duration(8130)).toBe("2 h 16 min");
    expect(duration(7200)).toBe("2 h");
    expect(dateTime("2026-11-24T05:03:00")).toBe("24 Nov 2026, 05:03");
  });

  it("shorten ids only when nobody chose them", () => {
    expect(shortId("c8e8ed05-3dd5-30d3-8372-c5defc4e035b")).toBe("c8e8ed05…");
    expect(shortId("gsm8k-41")).toBe("gsm8k-41");
  });

  it("never round a share to all or nothing", () => {
    expect(percent(0, 0)).toBe("–");
    expect(percent(0, 10)).toBe("0 %");
    expect(percent(1, 1000)).toBe("< 1 %");
    expect(percent(999, 1000)).toBe("99 %");
    expect(percent(10, 10)).toBe("100 %");
  });
});

describe("names", () => {
  it("become addresses and keys", () => {
    expect(slugify("GSM8K: first errors!")).toBe("gsm8k-first-errors");
    expect(slugify("Élan")).toBe("elan");
    expect(slugify("日本")).toBe("");
    expect(slugify("a".repeat(80))).toHaveLength(60);
    expect(keyify("2nd wrong formula ")).toBe("nd_wrong_formula");
    expect(keyify("Misread the problem")).toBe("misread_the_problem");
  });
});

describe("files to import", () => {
  it("are recognised by how they begin", () => {
    expect(looksLikeArray('\uFEFF \n[{"id": 1}]')).toBe(true);
    expect(looksLikeArray('{"steps": []}')).toBe(false);
  });

  it("have examples that are one line of JSON", () => {
    for (const { example } of Object.values(IMPORT_FORMATS)) {
      expect(() => JSON.parse(example)).not.toThrow();
      expect(example).not.toContain("\n");
    }
  });

  it("report errors as CSV that no spreadsheet runs", () => {
    const csv = errorsToCsv([
      { line: 3, code: "conflict", message: 'Has "quotes", commas' },
      { line: 4, code: "invalid", field: "=1+1", message: "x" },
    ]);
    expect(csv).toBe(
      'line,field,code,message\r\n3,,conflict,"Has ""quotes"", commas"\r\n4,\'=1+1,invalid,x\r\n',
    );
  });
});

describe("lines to copy", () => {
  it("name the real address and options", () => {
    const origin = "https://marks.example";
    expect(tokenSnippets(origin, "smk_1")[0]?.text).toContain(`${origin}/api/v1/projects/`);
    const [curl, , shell] = importSnippets(origin, "geo", "processbench", true);
    expect(curl?.text).toContain(`"${origin}/api/v1/projects/geo/traces/?format=processbench&atomic=1"`);
    expect(shell?.text).toBe("python manage.py ingest geo traces.jsonl --format processbench --atomic");
  });

  it("mention the source only with imported labels", () => {
    const lines = (labels: Labels) =>
      exportSnippets(
        "",
        "geo",
        asked({ ...NOTHING_CHOSEN, format: "processbench", labels, source: "old set" }, undefined),
        "json",
      ).map((one) => one.text);
    expect(lines("resolved").join()).not.toContain("old");
    expect(lines("imported")[0]).toContain("labels=imported&source=old+set");
    expect(lines("imported")[2]).toBe(
      "python manage.py export geo --format processbench --labels imported --source 'old set' -o geo-processbench.json",
    );
  });

  it("are safe to paste into a shell", () => {
    expect(shellWord("a-b_c.d")).toBe("a-b_c.d");
    expect(shellWord("it's")).toBe("'it'\\''s'");
  });
});
