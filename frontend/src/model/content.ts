// What a step has beside its prose, and how it is to be read. Nothing here is trusted: it is as it came in.

/** A picture, a sound or a film: kept here under `sha256`, or an address, which is only told and never fetched. */
export interface Media {
  type: string;
  sha256?: string;
  url?: string;
  mime?: string;
  bytes?: number;
  alt?: string;
  /** Seconds of the recording. */
  start?: number;
  end?: number;
}

/** What a verifier or prover said of a step: 1 or 0, and its words. */
export interface Verdict {
  by: string;
  value: number;
  reason?: string;
}

/** What beside its text belongs to a step. */
export interface Content {
  text: string;
  kind: string;
  media?: readonly Media[];
  data?: unknown;
  verdicts?: readonly Verdict[];
}

export interface ToolCall {
  name: string;
  /** An object in almost all data; otherwise whatever it was. */
  arguments: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Text that is longer is not taken apart: it is shown as it is. */
const PARSED_LIMIT = 200_000;

/** The call in a step: from its data, or from its text where that is `name({…})` or JSON with a name; else null. */
export function toolCallOf({ text, data }: Content): ToolCall | null {
  const told = fromObject(data);
  if (told) return told;
  if (text.length > PARSED_LIMIT) return null;
  const whole = text.trim().replace(/^<tool_call>\s*|\s*<\/tool_call>$/g, "");
  if (whole.startsWith("{")) return fromObject(parsed(whole));
  const call = /^([\w.:/-]{1,100})\s*\(\s*(\{[\s\S]*\})\s*\)$/.exec(whole);
  const inside = call && parsed(call[2] ?? "");
  return call && isObject(inside) ? { name: call[1] ?? "", arguments: inside } : null;
}

function fromObject(data: unknown): ToolCall | null {
  if (!isObject(data)) return null;
  const inner = isObject(data.function) ? data.function : data;
  const name = [inner.tool, inner.name].find((one) => typeof one === "string" && one !== "");
  const given = ["arguments", "parameters", "input"].find((key) => Object.hasOwn(inner, key));
  if (typeof name !== "string" || !given) return null;
  const value = inner[given];
  return { name, arguments: typeof value === "string" ? (parsed(value) ?? value) : value };
}

/** JSON, or null where it is none. `JSON.parse` makes `__proto__` a field like others. */
function parsed(text: string): unknown {
  if (text.length > PARSED_LIMIT || !/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // as its writer meant it, but no JSON
  }
}

/** What of the data has no place of its own on the page. */
export function otherData(content: Content): unknown {
  const { data } = content;
  if (data === null || data === undefined) return null;
  if (!isObject(data)) return data;
  const shown = new Set([
    "time",
    ...(fromObject(data) ? ["tool", "name", "type", "arguments", "parameters", "input", "function"] : []),
  ]);
  if (content.kind === "code" || content.kind === "formal") shown.add("language");
  const rest = Object.entries(data).filter(([key]) => !shown.has(key));
  return rest.length ? Object.fromEntries(rest) : null;
}

/** The part of a recording that a step speaks of, in seconds. */
export function timeOf(data: unknown): { start?: number; end?: number } | null {
  if (!isObject(data) || !isObject(data.time)) return null;
  const { start, end } = data.time;
  const second = (value: unknown) =>
    typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
  const range = { start: second(start), end: second(end) };
  return range.start === undefined && range.end === undefined ? null : range;
}

/** Seconds as a player shows them: 75.5 is "1:15.5". */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const rest = (tenths % 600) / 10;
  const [minutes, hours] = [Math.floor(tenths / 600) % 60, Math.floor(tenths / 36_000)];
  const last = `${rest < 10 ? "0" : ""}${rest}`;
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${last}` : `${minutes}:${last}`;
}

/** Whether a text is a unified diff. */
export function isDiff(text: string): boolean {
  const start = text.slice(0, 20_000);
  return /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/m.test(start) && /^[-+]/m.test(start);
}

export type DiffLine = { tone: "added" | "removed" | "place" | "file" | "same"; text: string };

/** The lines of a unified diff, each with what it is. */
export function diffLines(text: string): DiffLine[] {
  let body = false; // past the first @@: there, --- is a removed line that begins with --
  return text.split("\n").map((line) => {
    if (/^(?:diff --git |Index: )/.test(line)) body = false;
    else if (line.startsWith("@@")) {
      body = true;
      return { tone: "place", text: line };
    }
    if (!body) return { tone: "file", text: line };
    if (line.startsWith("+")) return { tone: "added", text: line };
    if (line.startsWith("-")) return { tone: "removed", text: line };
    return { tone: "same", text: line };
  });
}

/** The language of code: as its data says, or as it looks; "" where nothing tells. */
export function languageOf({ text, data }: Content): string {
  const said = isObject(data) && typeof data.language === "string" ? data.language.toLowerCase() : "";
  if (said) return said;
  const start = text.slice(0, 4_000);
  if (/^\s*[[{]/.test(start) && /[\]}]\s*$/.test(text.slice(-200)) && /"\s*:|^\s*\[/.test(start))
    return "json";
  if (/^(?:#!.*\b(?:ba)?sh\b|\$ )/.test(start)) return "bash";
  if (/^\s*#include\s*[<"]/m.test(start)) return "cpp";
  if (/^\s*(?:SELECT|INSERT INTO|CREATE TABLE|WITH \w+ AS)\b/i.test(start)) return "sql";
  if (/^\s*(?:public |private )?(?:final )?class \w+.*\{/m.test(start) && start.includes(";")) return "java";
  if (/^\s*(?:const|let|var|function|export|import .* from ['"])\b.*/m.test(start) && /[;{]/.test(start))
    return "javascript";
  if (/^\s*(?:def |class \w+.*:|import \w|from \w+ import|print\(|for .*:|if .*:)|^\w+ = /m.test(start))
    return "python";
  return "";
}

/** Code without Markdown's fences, and the language they name; null where there are none, or prose around them. */
export function unfenced(text: string): { code: string; language: string } | null {
  const found = /^\s*(```+|~~~+)([\w+-]*)[^\n]*\n([\s\S]*?)\n?[ \t]*\1\s*$/.exec(text);
  if (!found || (found[3] ?? "").includes(`\n${found[1]}`)) return null;
  return { code: found[3] ?? "", language: (found[2] ?? "").toLowerCase() };
}
