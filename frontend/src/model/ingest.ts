/** What the import page knows about files and about what came back. */
import type { LineError } from "../api/types";
import { t } from "../i18n/admin";

export interface ImportFormat {
  text: string;
  example: string;
}

/** What is sent where the server is to recognise the format. */
export const AUTO = "auto";

/** A sentence and a line for the formats that we can describe; others show their title only. */
export const IMPORT_FORMATS: Record<string, ImportFormat> = {
  native: {
    text: t("ingest.one-json-object-per"),
    example: JSON.stringify({
      id: "t-17",
      problem: { id: "p-3", statement: "What is $6 \\cdot 7$?", answer: "42" },
      generator: "model-x",
      steps: ["Six sevens are $6 \\cdot 7 = 42$.", "The answer is 42."],
      answer: "42",
      correct: true,
    }),
  },
  processbench: {
    text: t("ingest.processbench-rows-as-json"),
    example: JSON.stringify({
      id: "gsm8k-0",
      generator: "model-x",
      problem: "What is 6 times 7?",
      steps: ["6 × 7 = 42.", "The answer is 42."],
      final_answer_correct: true,
      label: -1,
    }),
  },
};

/** Whether a file's text begins as one JSON array rather than as JSON lines. */
export function looksLikeArray(head: string): boolean {
  return /^\uFEFF?\s*\[/.test(head);
}

const COLUMNS = ["line", "field", "code", "message"] as const;

/** RFC 4180, with the first line naming the columns. A cell that a spreadsheet would run as a formula is quoted as text. */
export function errorsToCsv(errors: LineError[]): string {
  const cell = (value: string | number | undefined) => {
    const text = String(value ?? "");
    const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const rows = errors.map((error) => COLUMNS.map((column) => cell(error[column])).join(","));
  return `${[COLUMNS.join(","), ...rows].join("\r\n")}\r\n`;
}
