// What every page may say: the frame, components, errors, and the data as it is shown.
// A `{name}` is filled in; an object holds the forms for a number `n`; `<name>` stands around what an element holds.

import type { Message } from "../room";

export default {
  "desk.history": "My history",
  "desk.notes": "Flags and questions",
  "desk.practice": "Practice",
  "desk.answers": { one: "{n} new answer", other: "{n} new answers" },

  "score.label": "What scorers say of this step",
  "score.right": "probably right",
  "score.wrong": "probably wrong",
  "score.open": "can't tell",

  "save.saved": "saved",
  "save.saving": "saving…",
  "save.offline": "offline: kept here",
  "save.offline-waiting": {
    one: "offline: kept here, {n} answer waiting",
    other: "offline: kept here, {n} answers waiting",
  },
  "save.full":
    "This browser keeps nothing: its storage is full or switched off. What you say is safe only once it is saved.",

  "content.fold": "Fold",
  "content.show-all": "Show all {n} characters",
  "content.added": "added:",
  "content.removed": "removed:",
  "content.more-entries": { one: "Show {n} more", other: "Show {n} more" },
  "content.too-deep": "Too deeply nested to show.",
  "content.raw": "As written",
  "content.readable": "Readable",
  "content.data": "Data",
  "content.accepted": "{by} accepts it",
  "content.rejected": "{by} rejects it",
  "content.elsewhere": "{type}, not kept here:",
  "content.picture": "Picture",
  "content.audio": "Sound",
  "content.video": "Film",
  "content.enlarge": "Enlarge: {alt}",
  "content.enlarge-unnamed": "Enlarge the picture",
  "content.larger": "Larger",
  "content.smaller": "Smaller",
  "content.zoom-keys": "+ and - zoom, 0 goes back, arrows look around",
  "content.no-picture": "A picture that can't be shown. {alt}",
  "content.no-recording": "A recording that can't be played. {alt}",
  "content.from": "from {start} on",
  "content.part": "Play {range}",
  "content.part-of-problem": "{range} of the recording",
  "content.retrieved": "Retrieved: {title}",
  "content.related": "Related: {title}",
  "content.untitled": "text {n}",
  "content.reference-steps": "Reference steps",
  "content.reference-states": "What is reached after each step",
  "content.source": "Source: {source}",

  "said.first-error": "First error: step {n}",
  "said.no-error": "No error",
  "said.rated": { one: "{n} step rated", other: "{n} steps rated" },
  "said.preferred": "Preferred one",
  "said.ranked": "Ranked",
  "said.tie": "Tie",
  "said.none": "None acceptable",
  "said.rewritten": "rewritten",

  "notes.answered-questions": "Answered questions",

  "kind.action": "action",
  "kind.code": "code",
  "kind.formal": "formal",
  "kind.observation": "observation",
  "kind.tool-call": "tool call",
} as const satisfies Record<string, Message>;
