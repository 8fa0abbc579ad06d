/** Looks at a file before it is imported; nothing is written for it. */
import { api } from "../api/client";
import type { ImportPreview } from "../api/types";

/** So much of a file of lines is enough to show how it begins; what has its table of contents at its end goes whole. */
const BEGINNING = 1024 * 1024;
const WHOLE = 64 * 1024 * 1024;

export async function previewImport(
  slug: string,
  file: File,
  { format, segmenter }: { format: string; segmenter: string },
): Promise<ImportPreview> {
  const head = new TextDecoder("latin1").decode(await file.slice(0, 4).arrayBuffer());
  const whole = head.startsWith("PK") || head === "PAR1";
  if (whole && file.size > WHOLE)
    throw new Error("A zip or Parquet file of this size is not sent for a look.");
  const partial = !whole && file.size > BEGINNING;
  return api.post<ImportPreview>(
    `projects/${encodeURIComponent(slug)}/imports/preview/`,
    partial ? file.slice(0, BEGINNING) : file,
    { query: { format, segmenter: segmenter || undefined, partial: partial ? 1 : undefined } },
  );
}
