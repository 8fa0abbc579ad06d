// What the admins' and reviewers' pages say.
// A `{name}` is filled in; an object holds the forms for a number `n`; `<name>` stands around what an element holds.

import type { Message } from "../room";

export default {
  "agreement.title": "Agreement",
  "agreement.lead":
    "Where people see the first error of a trace, or that they see none. Choices and walks are not in it.",
  "agreement.none": "There is nothing to compare yet",
  "agreement.none-text":
    "Figures come when two people have judged the same trace, or somebody has judged one that came with a label.",
  "agreement.gold": "Against gold",
  "agreement.choose": "Choose gold",
  "agreement.no-gold":
    "No source counts as gold. Labels that came with the data and that you trust can be gold: an admin chooses them in the settings.",
  "agreement.gold-of": {
    one: "One trace has gold, of: {sources}.",
    other: "{n} traces have gold, of: {sources}.",
  },
  "agreement.contradictory": {
    one: "One more has none, since its sources contradict each other.",
    other: "{n} more have none, since their sources contradict each other.",
  },
  "agreement.person": "Person",
  "agreement.judged": "Judged",
  "agreement.right": "As gold",
  "agreement.interval": "{low} to {high}",
  "agreement.exact": "Same first error",
  "agreement.earlier": "Too early",
  "agreement.later": "Too late",
  "agreement.missed": "Missed",
  "agreement.false_alarm": "False alarm",
  "agreement.unsure": "Not told",
  "agreement.sources": "With labels that came with the data",
  "agreement.no-sources": "Nobody has judged a trace that came with a label.",
  "agreement.source": "Source",
  "agreement.everybody": "everybody",
  "agreement.people": "With each other",
  "agreement.no-pairs": "No two people have judged the same trace.",
  "agreement.pair": "Who",
  "agreement.and": "{person} and {other}",
  "agreement.both": "Both judged",
  "agreement.verdict": "Error or none",
  "agreement.differ": "Differ",
  "agreement.alpha": {
    one: "One trace was judged by two people or more. Krippendorff’s alpha: {alpha}.",
    other: "{n} traces were judged by two people or more. Krippendorff’s alpha: {alpha}.",
  },
  "agreement.one-answer": "It is not defined while everybody gives one and the same answer.",
  "agreement.how":
    "κ is Cohen’s: agreement beyond what chance would bring; 1 is complete, 0 is none. It is – where both only ever gave the same one answer. Who was not sure of a step before the first wrong one, or left one out, told no first error. What follows from a judgement of another trace is counted with that one only. Intervals are 95 %, by Wilson.",
  "settings.gold": "Gold",
  "settings.gold-text":
    "Labels that came with the data and that you trust. People are measured against them on the Agreement page, scorers on the Evaluation page. Annotators never see them.",
  "settings.gold-source": "Labels of {source} count as gold",
  "settings.no-sources": "No labels have come with the data yet.",

  "day-bars.in-days": { one: "{sum} in {n} day", other: "{sum} in {n} days" },
  "day-bars.most-day": "most: {most} a day",
  "day-bars.as-table": "As a table",
  "day-bars.day": "Day",
  "day-bars.submitted": "Submitted",

  "file-drop.drop-or-choose-another": "Drop or choose another to replace it",

  "why.by-lot-chance-was": "By lot: the chance was {percent} %.",
  "why.number-problem": "Number {in_problem} of its problem.",
  "why.about-minutes-read": "About {minutes} minutes to read.",
  "why.why-here": "Why is this here?",
  "why.without-lot-would-count": "Without the lot it would count like this:",
  "why.weight-adds": "{title}: {value} × weight {weight} adds {share}",

  "policies.first-error": "The first error",
  "policies.first-wrong-step-or":
    "The first wrong step, or that there is none. Quick; what follows the first error stays unlabelled.",
  "policies.every-step": "Every step",
  "policies.each-step-rated-good": "Each step is rated good, neutral, bad or unsure.",
  "policies.convincing-wrong-answers": "Convincing wrong answers",
  "policies.traces-whose-steps-score":
    "Traces whose steps score high although the answer is wrong: where scorers are fooled.",
  "policies.lowest-step": "Lowest step",
  "policies.traces-most-suspicious-single": "Traces with the most suspicious single step.",
  "policies.uncertainty": "Uncertainty",
  "policies.traces-whose-scores-closest": "Traces whose scores are closest to a coin toss.",
  "policies.disagreement": "Disagreement",
  "policies.traces-on-which-scorers": "Traces on which the scorers differ most.",
  "policies.weights-my-own": "Weights of my own",
  "policies.what-makes-trace-worth": "What makes a trace worth its time, each part as much as you say.",
  "policies.random": "Random",
  "policies.no-order-every-trace": "No order: every trace is as likely as any other.",
  "policies.final-answer-wrong-less":
    "The final answer is wrong, and the less the scorers object the more it counts.",
  "policies.suspicious-right-answers": "Suspicious right answers",
  "policies.final-answer-right-but":
    "The final answer is right, but a scorer objects to a step, or a check failed.",
  "policies.most-suspicious-step": "Most suspicious step",
  "policies.scorer-objects-step-whatever": "A scorer objects to a step, whatever the final answer.",
  "policies.step-up-first-predicted":
    "A step up to the first predicted error is a coin toss: people teach the scorers most there.",
  "policies.scorers-differ-on-trace": "Scorers differ on the trace, or on where its first error is.",
  "policies.novelty": "Novelty",
  "policies.few-traces-same-problem":
    "Few traces of the same problem, or with the same answer to it, come before it or were judged.",
  "policies.time": "Time",
  "policies.0-ignores-how-long": "0 ignores how long a trace is to read; 1 divides its value by the minutes.",
  "policies.traces-one-problem-front": "Traces of one problem in front",
  "policies.at-most-so-many": "At most so many of one problem come before everything else; 0 is no limit.",
  "policies.never": "Never",
  "policies.annotators-judge-learn-nothing": "Annotators judge and learn nothing of the scores.",
  "policies.after-their-own-judgement": "After their own judgement",
  "policies.their-history-beside-what": "In their history, beside what they said themselves.",
  "policies.also-before-random-share": "Also before, to a random share",
  "policies.so-evaluation-can-tell":
    "So that the evaluation can tell whether scores sway people. Everybody else sees them afterwards.",

  "scorers.came-data": "came with the data",
  "scorers.paused": "paused",
  "scorers.off": "off",
  "scorers.trained-within-minute": "It is trained within a minute.",
  "scorers.goes-on": "goes on in {wait}",
  "scorers.at-work": "at work",
  "scorers.waits-worker": "waits for a worker",
  "scorers.no-worker-reads-queue": "No worker that reads the queue {queue} has told of itself lately.",
  "scorers.waiting-turn": "waiting for its turn",
  "scorers.done-failures": "done, with failures",
  "scorers.done": "done",
  "scorers.to": "{value} ({low} to {high})",
  "scorers.figure-waiting": "waiting",
  "scorers.figure-in-work": "in work",
  "scorers.figure-a-minute": "a minute",
  "scorers.figure-time-left": "time left",
  "scorers.figure-workers": "workers",
  "scorers.figure-tokens-a-second": "tokens a second",
  "scorers.figure-requests-a-minute": "requests a minute",
  "scorers.figure-padding": "padding",
  "scorers.figure-memory": "memory",
  "scorers.figure-requests-today": "requests today",
  "scorers.figure-tokens-today": "tokens today",
  "scorers.figure-money-today": "money today",
  "scorers.about": "about {time}",
  "scorers.gib": "{used} GiB",
  "scorers.gib-of": "{used} of {total} GiB",
  "scorers.limit":
    "All projects of this installation together: {used} of {limit} {what} asked of servers today.",
  "scorers.limit-reached":
    "All projects of this installation together: {used} of {limit} {what} asked of servers today. The operator's limit is reached; it goes on at 0:00 UTC.",
  "scorers.limited-requests": "requests",
  "scorers.limited-tokens": "tokens",
  "scorers.limited-money": "money",

  "evaluation.gold": "Gold",
  "evaluation.what-people-said-here": "What people said here",
  "evaluation.labels-came-as": "Labels that came in as “{labels}”",
  "evaluation.to": "{value} ({low} to {high})",
  "evaluation.costs": "costs {text}",
  "evaluation.queues-order": "The queue's order",
  "evaluation.longest-first": "Longest first",
  "evaluation.random": "Random",
  "evaluation.verdict":
    "Whoever reviews the first 20 % of the queue finds {queue} of the erroneous traces. Longest first finds {longest}, a random order {chance}.",
  "evaluation.verdict-longest-first":
    "Whoever reviews the first 20 % of the queue finds {queue} of the erroneous traces. Longest first finds {longest}, a random order {chance}. Longest first would find more.",

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
  "export-formats.every-step-verdict-comment":
    "Every step with its verdict, comment and error types. For reading and counting, not for training.",

  "imports.traces": { one: "{n} trace", other: "{n} traces" },
  "imports.choices": { one: "{n} choice", other: "{n} choices" },
  "imports.stay-since-people-worked": {
    one: "{n} stays, since people worked on it",
    other: "{n} stay, since people worked on them",
  },
  "imports.stay-since-another-import": {
    one: "{n} stays, since another import brought it too",
    other: "{n} stay, since another import brought them too",
  },
  "imports.went": "{went} went",
  "imports.and": "{some} and {more}",
  "imports.nothing-went": "nothing went",

  "segmenters.as-format-does": "As the format does",
  "segmenters.at-blank-lines": "At blank lines",
  "segmenters.at-every-line": "At every line",
  "segmenters.before-each-step-k": "Before each “Step k:”",
  "segmenters.after-every-sentence": "After every sentence",
  "segmenters.not-at-all": "Not at all",

  "settings.project-needs-name": "The project needs a name.",
  "settings.whole-number-from-1": "A whole number from 1 to 50.",
  "settings.whole-number-minutes-from": "A whole number of minutes, from 1 to 1440.",
  "settings.number-from-0-100": "A number from 0 to 100.",
  "settings.number-from-0": "{title}: a number from 0 to {most}.",
  "settings.something-under-no-name": "Something under {list} has no name.",
  "settings.every-error-type-needs": "Every error type needs a name.",
  "settings.key-must-lower-case":
    "The key of “{name}” must be lower-case letters, digits and _, and begin with a letter.",
  "settings.two-error-types-key": "Two error types have the key {twice}.",
  "settings.values": "values",
  "settings.tags": "tags",
  "settings.spans": "spans",
  "settings.rubric": "rubric",
  "settings.questions": "questions",
} as const satisfies Record<string, Message>;
