/** Sends a file to be imported. XMLHttpRequest rather than fetch, because only it tells how far an upload is. */
import { apiUrl, csrfToken, NetworkError, reportSignedOut, toApiError } from "../api/client";
import type { IngestResult } from "../api/types";
import { looksLikeArray } from "../model/ingest";

export interface Upload {
  /** Rejects with ApiError, NetworkError, or an AbortError after `cancel`. */
  result: Promise<IngestResult>;
  cancel: () => void;
}

/** `onProgress` gets the share sent, from 0 to 1; after 1 the server is still reading. */
export function uploadTraces(
  slug: string,
  file: File,
  options: { format: string; atomic: boolean },
  onProgress: (share: number) => void,
): Upload {
  const xhr = new XMLHttpRequest();
  let cancelled = false;
  const result = (async () => {
    const gzipped = await isGzip(file);
    const type = looksLikeArray(await readHead(file)) ? "application/json" : "application/x-ndjson";
    const token = await csrfToken();
    if (cancelled) throw new DOMException("Cancelled", "AbortError");
    return await new Promise<IngestResult>((resolve, reject) => {
      const query = { format: options.format, atomic: options.atomic ? 1 : undefined };
      xhr.open("POST", apiUrl(`projects/${encodeURIComponent(slug)}/traces/`, query));
      xhr.setRequestHeader("Accept", "application/json");
      xhr.setRequestHeader("Content-Type", type);
      xhr.setRequestHeader("X-CSRFToken", token);
      if (gzipped) xhr.setRequestHeader("Content-Encoding", "gzip");
      xhr.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
      xhr.upload.onload = () => onProgress(1);
      xhr.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
      xhr.onerror = () => reject(new NetworkError());
      xhr.onload = () => {
        const kind = xhr.getResponseHeader("Content-Type") ?? "";
        // A proxy's own page may come with any status.
        if (xhr.status < 400 && kind.includes("json")) resolve(JSON.parse(xhr.responseText) as IngestResult);
        else reject(reportSignedOut(toApiError(xhr.status, kind, xhr.responseText)));
      };
      xhr.send(file);
    });
  })();
  return {
    result,
    cancel: () => {
      cancelled = true;
      xhr.abort();
    },
  };
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
