/** How many of one's flags and questions were answered since one last looked. */
import { useEffect, useState } from "preact/hooks";
import { listNotes } from "../notes";
import { sessionEpoch } from "../session";

const LOOK_EVERY_MS = 60_000;

export function useNewAnswers(slug: string): number {
  const [unseen, setUnseen] = useState(0);
  const epoch = sessionEpoch.value;
  // A sign-in is a reason to look again.
  useEffect(() => {
    const abort = new AbortController();
    const look = () => {
      if (document.visibilityState === "hidden") return;
      listNotes(slug, "mine", null, abort.signal).then(
        ({ results }) => setUnseen(results.filter((note) => note.unseen).length),
        () => {
          // Offline or signed out: the next look tells.
        },
      );
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", look, { signal: abort.signal });
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [slug, epoch]);
  return unseen;
}
