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
} as const satisfies Record<string, Message>;
