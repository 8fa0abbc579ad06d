// What they say of exports and snapshots.
// A `{name}` is filled in; an object holds the forms for a number `n`; `<name>` stands around what an element holds.

import type { Message } from "../room";

export default {
  "export-options.what-stands": "What stands",
  "export-options.one-answer-task-only":
    "One answer a task: the only judgement, or what the judgements agree on.",
  "export-options.every-vote": "Every vote",
  "export-options.all-judgements-who-made": "All judgements, with who made them where the format can say it.",
  "export-options.one-persons": "One person's",
  "export-options.what-one-annotator-said": "What one annotator said.",
  "export-options.shares-votes": "Shares of votes",
  "export-options.each-step-share-votes": "Of each step, the share of its votes that call it good.",
  "export-options.imported-labels": "Imported labels",
  "export-options.what-came-data-from": "What came with the data, from one source.",
  "export-options.as-neutral": "as neutral",
  "export-options.as-not-labelled": "as not labelled",
  "export-options.as-good": "as good",
  "export-options.as-bad": "as bad",
  "export-options.what-was-said-them": "what was said of them",
  "export-options.no-label": "no label",
  "export-options.not-there-trace-ends": "not there: the trace ends",
  "export-options.wrong-all-them": "wrong, all of them",
  "export-options.json-lines": "JSON lines",
  "export-options.one-json-array": "one JSON array",
  "export-options.parquet-zstd": "Parquet (zstd)",
  "export-options.dataset-folder-hugging-face": "a dataset folder for the Hugging Face Hub (zip)",
  "export-options.pairs-choice": "What was ranked",
  "export-options.pairs-choice-text":
    "Of a choice: ranked higher by somebody, over ranked lower or left out.",
  "export-options.pairs-rewrite": "Rewrites",
  "export-options.pairs-rewrite-text": "What somebody wrote, over the wrong step in its place.",
  "export-options.pairs-suggested": "Suggestions that were taken",
  "export-options.pairs-suggested-text": "The connected model's, taken word for word, over the wrong step.",
  "export-options.pairs-siblings": "Right and wrong steps after the same beginning",
  "export-options.pairs-siblings-text":
    "Called right over called wrong, in whatever traces. None that goes against what somebody ranked or wrote.",
  "export-options.pairs-values": "A scorer's values",
  "export-options.pairs-values-text": "Rated higher over rated lower, by the margin at least. Likewise.",
  "export-options.usual": "{first} (usual)",

  "export-formats.everything-known-stepmarks-own":
    "Everything that is known, in Stepmark's own shape. For a copy, or for another Stepmark.",
  "export-formats.one-json-array-first":
    "One JSON array with the first wrong step of each trace, or -1. For evaluating process reward models.",
  "export-formats.rating-every-step-shape":
    "A rating for every step, in the shape of PRM800K. For training process reward models.",
  "export-formats.steps-behind-step-tag":
    "Steps with + and - behind a step tag. For training code made for Math-Shepherd.",
  "export-formats.conversation-answers-each-step":
    "A conversation that answers each step with + or -. For RLHFlow's training of reward models.",
  "export-formats.prompt-completions-labels-loads":
    "prompt, completions, labels: loads in TRL's PRMTrainer as it is.",
  "export-formats.prompt-chosen-rejected-loads":
    "prompt, chosen, rejected: loads in TRL's DPOTrainer as it is.",
  "export-formats.prompt-completion-label-each":
    "prompt, completion, label for each labelled step: loads in TRL's KTOTrainer as it is.",
  "export-formats.pairs-better-worse-next":
    "Pairs of a better and a worse next step after the same steps. For Step-DPO training.",
  "export-formats.same-pairs-as-lists":
    "The same pairs as lists of messages: loads in TRL's DPOTrainer with any chat template.",
  "export-formats.pairs-advantages-both-steps":
    "Pairs with the advantages of both steps, by a scorer's values. For Step-APO training.",
  "export-formats.all-solutions-problem-reward":
    "All solutions of a problem with a reward for every step. For Full-Step-DPO training.",
  "export-formats.pairs-better-worse-next-action":
    "Pairs of a better and a worse next action after the same turns, as in UltraInteract.",
  "export-formats.wrong-drafts-first-error":
    "Wrong drafts with the first error, a critique and the right step. For training refiners.",
  "export-formats.texts-which-wrong-step":
    "Texts in which a wrong step is noticed and put right, with the span that isn't trained on.",
  "export-formats.numbered-statements-name-their":
    "Numbered statements that name their premises, and whether all of it holds.",
  "export-formats.graded-solutions-first-wrong":
    "Graded solutions with the first wrong step and the reason. For evaluating critics.",
  "export-formats.graded-solutions-reasons-right":
    "Graded solutions with the reasons and right steps of all who agree. For evaluating critics.",
  "export-formats.agents-runs-as-chat":
    "Agents' runs as chat messages, with a value for each of the assistant's.",
  "export-formats.agents-runs-as-harbor":
    "Agents' runs as Harbor has them, with labels in each step's extra.",
  "export-formats.agents-runs-as-opentelemetrys":
    "Agents' runs as OpenTelemetry's spans, with labels as evaluation events.",
  "export-formats.all-wrong-steps-beside":
    "Solutions with all their wrong steps, beside right ones. For evaluating process reward models.",
  "export-formats.beginnings-solutions-value":
    "All beginnings of a problem's solutions, each with a value in [0, 1]. For training on values.",
  "export-formats.same-values-one-tree": "The same values as one tree for each problem.",
  "export-formats.each-generators-solution":
    "Each generator's solution and whether its final answer is right. Without labels of steps.",
  "export-formats.every-step-verdict-comment":
    "Every step with its verdict, comment and error types. For reading and counting, not for training.",

  "export-fields.labels": "Labels",
  "export-fields.username": "Username",
  "export-fields.source": "Source",
  "export-fields.nothing-was-imported-into": "Nothing that was imported into this project came with labels.",
  "export-fields.more-choices": "More choices",
  "export-fields.only-what-matches": "Only what matches",
  "export-fields.query-as-lists-traces": "A query, as in the lists of traces and tasks.",
  "export-fields.neutral-steps-count": "Neutral steps count",
  "export-fields.steps-after-first-error": "Steps after the first error",
  "export-fields.split": "Split",
  "export-fields.parts-their-shares-train":
    "Parts and their shares: train:0.8,validation:0.1,test:0.1. A problem is in one part, always the same.",
  "export-fields.part": "Part",
  "export-fields.one-them-or-file":
    "One of them, or * for a file of each. Without it, each row says its own.",
  "export-fields.seed": "Seed",
  "export-fields.any-text-another-one": "Any text. Another one draws the parts anew.",
  "export-fields.most-rows-from-one": "Most rows from one problem",
  "export-fields.where-pairs-come-from": "Where pairs come from",
  "export-fields.values-of": "Values of",
  "export-fields.scorer-project-or-name":
    "A scorer of this project, or a name of scores or values in the data.",
  "export-fields.margin": "Margin",
  "export-fields.how-much-more-better": "How much more the better step must be worth. Usual: 0.2.",
  "export-fields.hardest-first-by": "Hardest first, by",
  "export-fields.scorer-pairs-whose-worse":
    "A scorer: pairs whose worse step it rates highest are taken first.",
  "export-fields.written-as": "Written as",
  "export-fields.licence": "Licence",
  "export-fields.as-hub-names-like": "As the Hub names it, like cc-by-4.0. It stands in the dataset's card.",
  "export-fields.files": "Files",
  "export-fields.several-them-readers-side":
    "Several of them, for readers side by side, come with a snapshot.",
  "export-fields.provenance": "Provenance",
  "export-fields.each-row-says-by":
    "Each row says by whom (under a pseudonym), when, under which guidelines, and how it was decided.",

  "export-preview.preview": "Preview",
  "export-preview.rows": { one: "{n} row", other: "{n} rows" },
  "export-preview.traces-choices": "of {total} traces and choices.",
  "export-preview.first-traces-choices-rest":
    "of the first {items} of {total} traces and choices. The rest was not looked at.",
  "export-preview.where-several-people-judged": "Where several people judged, {share} agree in everything.",
  "export-preview.labels": "Labels",
  "export-preview.steps": "Their steps",
  "export-preview.by": "By",
  "export-preview.labels-from": "Labels from",
  "export-preview.pairs-from": "Pairs from",
  "export-preview.left-out": "Left out",
  "export-preview.no-row-comes": "No row comes of this.",

  "export.export-dataset": "Export a dataset",
  "export.format": "Format",
  "export.preview": "Preview",
  "export.download-now": "Download now",
  "export.make-snapshot": "Make a snapshot",
  "export.download-what-known-moment":
    "A download is what is known this moment, in one file. A snapshot is made in the background and kept, with its digest and a list of what is in it, so that a training run can always be traced back to it and two of them can be compared.",
  "export.snapshots": "Snapshots",
  "export.same-from-program": "The same from a program",
  "export.make-token-on-your":
    "Make a token on <a>your account page</a> and put it in the environment as {code}.",
  "export.how-export-from-program": "How to export from a program",
  "export.can-imported-again": "Can be imported again.",
  "export.from-both": "From traces and choices.",
  "export.from-traces": "From traces.",
  "export.from-choices": "From choices.",

  "snapshot-diff.changes-up": "Changes up to {created_at}",
  "snapshot-diff.since-snapshot": "Since the snapshot of",
  "snapshot-diff.download-all-changes": "Download all changes",
  "snapshot-diff.added-removed-relabelled-changed":
    "{added} added, {removed} removed, {relabelled} relabelled, {changed} changed otherwise, {same} the same.",
  "snapshot-diff.no-labels-any-more": "No labels any more of: {gone}.",
  "snapshot-diff.changes": "Changes",
  "snapshot-diff.change": "Change",
  "snapshot-diff.trace-or-choice": "Trace or choice",
  "snapshot-diff.before": "Before",
  "snapshot-diff.after": "After",
  "snapshot-diff.no-longer-by": "no longer by {gone}",
  "snapshot-diff.one-snapshot": { one: "{at}, {n} row, {digest}", other: "{at}, {n} rows, {digest}" },
  "snapshot-diff.judgements-withdrawn": "{at}: {n} of {annotator}'s judgements withdrawn",
  "snapshot-diff.judgements-withdrawn-by": "{at}: {n} of {annotator}'s judgements withdrawn by {by}",
  "snapshot-diff.added": "added",
  "snapshot-diff.removed": "removed",
  "snapshot-diff.relabelled": "relabelled",
  "snapshot-diff.changed": "changed",

  "snapshots.none-yet": "None yet.",
  "snapshots.whoever-link-can-download": "Whoever has this link can download it until {until}:",
  "snapshots.link": "link",
  "snapshots.snapshots": "Snapshots",
  "snapshots.made": "Made",
  "snapshots.format": "Format",
  "snapshots.labels": "Labels",
  "snapshots.state": "State",
  "snapshots.rows": "Rows",
  "snapshots.size": "Size",
  "snapshots.sha-256": "SHA-256",
  "snapshots.what-can-done": "What can be done",
  "snapshots.make-link": "Link",
  "snapshots.compare": "Compare",
  "snapshots.cancel": "Cancel",
  "snapshots.delete-snapshot": "Delete snapshot {id}",
  "snapshots.delete": "Delete",
  "snapshots.delete-this": "Delete this snapshot?",
  "snapshots.delete-it": "Delete it",
  "snapshots.files-go-links-end":
    "Its files go, links to it end, and what was trained on it can't be traced back to it any more.",
  "snapshots.download-snapshot": "Download snapshot {id}",
  "snapshots.download": "Download",
  "snapshots.files": "{files} files",
  "snapshots.manifest": "Manifest",
  "snapshots.imported-from": "imported from {source}",
  "snapshots.done": "✓ done",
  "snapshots.failed": "✗ failed",
  "snapshots.cancelled": "cancelled",
  "snapshots.making-snapshot": "Making the snapshot",
  "snapshots.waiting": "waiting",
  "snapshots.writing": "writing",
  "snapshots.left-out": "{entries} left out",
  "snapshots.digest": "digest",
} as const satisfies Record<string, Message>;
