/** Sends a file to be imported. XMLHttpRequest rather than fetch, because only it tells how far an upload is. */
import { apiUrl, csrfToken, NetworkError, reportSignedOut, toApiError } from "../api/client";
import type { Import, IngestResult } from "../api/types";
import { looksLikeArray } from "../model/ingest";

export interface ImportOptions {
  format: string;
  /** How solutions in one text are cut; "" as the format does. */
  segmenter: string;
  atomic: boolean;
  newVersions: boolean;
  /** Of the data, and where they are from; "" where nobody says. */
  licence: string;
  source: string;
}

export interface Upload {
  /** What became of its lines, or the import that goes on in the background. Rejects with ApiError, NetworkError, or
   * an AbortError after `cancel`. */
  result: Promise<{ report: IngestResult } | { background: Import }>;
  cancel: () => void;
}

/** Larger ones go on by themselves once they are sent: nobody waits beside a page for them. */
export const AT_ONCE = 8 * 1024 * 1024;

/** `onProgress` gets the share sent, from 0 to 1; after 1 the server is still reading. */
export function upload(
  slug: string,
  file: File,
  options: ImportOptions,
  onProgress: (share: number) => void,
): Upload {
  const xhr = new XMLHttpRequest();
  let cancelled = false;
  const result = (async () => {
    const type = looksLikeArray(await readHead(file)) ? "application/json" : "application/x-ndjson";
    const token = await csrfToken();
    if (cancelled) throw new DOMException("Cancelled", "AbortError");
    const large = file.size > AT_ONCE;
    const at = `projects/${encodeURIComponent(slug)}/${large ? "imports" : "traces"}/`;
    const query = {
      format: options.format,
      segmenter: options.segmenter || undefined,
      atomic: options.atomic ? 1 : undefined,
      on_conflict: options.newVersions ? "new-version" : undefined,
      licence: options.licence.trim() || undefined,
      source: options.source.trim() || undefined,
      name: file.name,
      background: large ? 1 : undefined,
    };
    const answer = await send(xhr, apiUrl(at, query), file, { type, token }, onProgress);
    return large ? { background: answer as Import } : { report: answer as IngestResult };
  })();
  return {
    result,
    cancel: () => {
      cancelled = true;
      xhr.abort();
    },
  };
}

function send(
  xhr: XMLHttpRequest,
  url: string,
  file: File,
  { type, token }: { type: string; token: string },
  onProgress: (share: number) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    xhr.open("POST", url);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.setRequestHeader("Content-Type", type);
    xhr.setRequestHeader("X-CSRFToken", token);
    xhr.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    xhr.upload.onload = () => onProgress(1);
    xhr.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    xhr.onerror = () => reject(new NetworkError());
    xhr.onload = () => {
      const kind = xhr.getResponseHeader("Content-Type") ?? "";
      // A proxy's own page may come with any status.
      if (xhr.status < 400 && kind.includes("json")) resolve(JSON.parse(xhr.responseText));
      else reject(reportSignedOut(toApiError(xhr.status, kind, xhr.responseText)));
    };
    xhr.send(file);
  });
}

/** By its first two bytes: names lie, and a browser may have unpacked a .gz on the way. */
async function isGzip(file: Blob): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The beginning of the file's text, unpacked; empty when it is broken gzip (the server says so better than we can). */
export async function readHead(file: Blob): Promise<string> {
  const head = file.slice(0, 64 * 1024);
  if (!(await isGzip(file))) return head.text();
  try {
    const reader = head.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    const { value } = await reader.read();
    reader.cancel().catch(() => {}); // What was cut off at 64 KiB ends in an error that means nothing.
    return new TextDecoder().decode(value);
  } catch {
    return "";
  }
}
