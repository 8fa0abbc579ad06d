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

  "kind.code": "code",
  "kind.formal": "formal",
  "kind.observation": "observation",
  "kind.tool-call": "tool call",
  "kind.thought": "thought",

  "copy-block.copy": "Copy",
  "copy-block.copied": "Copied ✓",
  "copy-block.select-copy": "Select and copy",
  "copy-block.was-copied": "Copied",
  "copy-block.copying-was-not-allowed": "Copying was not allowed",

  "dialog.close": "Close",
  "dialog.cancel": "Cancel",

  "error-notice.server-cant-reached": "The server can't be reached",
  "error-notice.check-connection-try-again":
    "Check the connection and try again. Nothing that was saved is lost.",
  "error-notice.you-signed-out": "You are signed out",
  "error-notice.sign-again-go-on": "Sign in again to go on.",
  "error-notice.too-many-tries": "Too many tries",
  "error-notice.not-found": "Not found",
  "error-notice.doesnt-exist-or-you": "It doesn't exist, or you don't have access to it.",
  "error-notice.not-allowed": "Not allowed",
  "error-notice.server-failed": "The server failed",
  "error-notice.didnt-work": "That didn't work",
  "error-notice.something-went-wrong": "Something went wrong",
  "error-notice.fault-stepmark-reload-page": "This is a fault in Stepmark. Reload the page to go on.",
  "error-notice.try-again": "Try again",

  "field.optional": "(optional)",

  "frame.signing-out-failed-server": "Signing out failed: the server can't be reached.",
  "frame.appearance": "Appearance",
  "frame.account-api-tokens": "Account and API tokens",
  "frame.sign-out": "Sign out",
  "frame.skip-content": "Skip to the content",
  "frame.account": "Account",

  "load-more.load-more": "Load more",

  "menu.system": "System",
  "menu.light": "Light",
  "menu.dark": "Dark",
  "menu.high-contrast": "High contrast",
  "menu.colours": "Colours",

  "progress.loading": "Loading…",

  "sign-in-form.user-name": "User name",
  "sign-in-form.password": "Password",
  "sign-in-form.user-name-or-password": "The user name or the password is wrong.",
  "sign-in-form.sign-in": "Sign in",

  "error-screens.nothing-here": "Nothing here",
  "error-screens.page-doesnt-exist-or": "This page doesn't exist, or you don't have access to it",
  "error-screens.my-projects": "My projects",
  "error-screens.check-address-or-ask": "Check the address, or ask the project's admin to add you.",
  "error-screens.page-could-not-shown": "This page could not be shown",
  "error-screens.reload-go-on": "Reload to go on",
  "error-screens.reload": "Reload",
  "error-screens.stepmark-may-been-updated":
    "Stepmark may have been updated while this page was open, or the connection failed. Whatever was saved is safe.",

  "sign-in-again.sign-again": "Sign in again",
  "sign-in-again.your-session-ended-sign":
    "Your session has ended. Sign in to go on where you were; this page keeps what you wrote.",

  "sign-in.sign-in": "Sign in",
  "sign-in.stepmark-find-first-wrong": "Stepmark: find the first wrong step, choose the better one.",
  "sign-in.no-account-yet-admin": "No account yet? The admin of your project makes one for you.",

  "problem-content.reference-solution": "Reference solution",

  "katex.too-long-typeset": "Too long to typeset",
  "katex.shown-as-source": "Shown as source: {why}",
  "katex.formula": "Formula",

  "markdown.shown-as-plain-text": "Shown as plain text: too deeply nested to format.",
  "markdown.shown-as-plain-text-too": "Shown as plain text: too many formulas.",
  "markdown.shown-as-plain-text-too-long": "Shown as plain text: too long to format.",
  "markdown.shown-as-plain-text-too-many": "Shown as plain text: too many lines to format.",
  "markdown.shown-as-plain-text-line": "Shown as plain text: a line is too long to format.",
  "markdown.shown-as-plain-text-table": "Shown as plain text: the table is too long to format.",
  "markdown.table": "Table",

  "client.server-cant-reached": "The server can't be reached.",
  "client.server-answered": "The server answered {status}.",
  "client.may-or-may-not":
    "It may or may not have done what was asked. Try again, or look first what is there.",

  "use-leave-guard.there-changes-not-saved":
    "There are changes that are not saved. Leave this page without them?",

  "roles.annotator": "Annotator",
  "roles.judges-tasks": "judges tasks",
  "roles.reviewer": "Reviewer",
  "roles.also-sees-queue-everybodys": "also sees the queue and everybody's numbers",
  "roles.admin": "Admin",
  "roles.also-imports-exports-members": "also imports, exports, members and settings",

  "format.percent": "{n} %",
  "format.less-than-one-percent": "< 1 %",
  "format.seconds": "{n} s",
  "format.minutes": "{n} min",
  "format.hours": "{hours} h",
  "format.hours-minutes": "{hours} h {minutes} min",
  "format.bytes": { one: "{n} byte", other: "{n} bytes" },
  "format.kilobytes": "{n} kB",
  "format.megabytes": "{n} MB",
  "format.gigabytes": "{n} GB",
  "format.terabytes": "{n} TB",

  "snippets.on-the-server": "On the server",
} as const satisfies Record<string, Message>;
