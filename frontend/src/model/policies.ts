import type { Mode, Policy, Project } from "../api/types";

export const MODES: { value: Mode; title: string; text: string }[] = [
  {
    value: "first_error",
    title: "The first error",
    text: "The first wrong step, or that there is none. Quick; what follows the first error stays unlabelled.",
  },
  { value: "every_step", title: "Every step", text: "Each step is rated good, neutral, bad or unsure." },
];

export const POLICIES: { value: Policy; title: string; text: string }[] = [
  {
    value: "convincing-wrong-answer",
    title: "Convincing wrong answers",
    text: "Traces whose steps score high although the answer is wrong: where scorers are fooled.",
  },
  { value: "lowest-step", title: "Lowest step", text: "Traces with the most suspicious single step." },
  { value: "uncertainty", title: "Uncertainty", text: "Traces whose scores are closest to a coin toss." },
  { value: "disagreement", title: "Disagreement", text: "Traces on which the scorers differ most." },
  {
    value: "custom",
    title: "Weights of my own",
    text: "What makes a trace worth its time, each part as much as you say.",
  },
  { value: "random", title: "Random", text: "No order: every trace is as likely as any other." },
];

/** What an order of one's own is made of, in the order in which it is asked. */
export const WEIGHTS: { part: string; title: string; text: string; most: number }[] = [
  {
    part: "convincing_wrong",
    title: "Convincing wrong answers",
    text: "The final answer is wrong, and the less the scorers object the more it counts.",
    most: 100,
  },
  {
    part: "suspicious_right",
    title: "Suspicious right answers",
    text: "The final answer is right, but a scorer objects to a step, or a check failed.",
    most: 100,
  },
  {
    part: "lowest_step",
    title: "Most suspicious step",
    text: "A scorer objects to a step, whatever the final answer.",
    most: 100,
  },
  {
    part: "uncertainty",
    title: "Uncertainty",
    text: "A step up to the first predicted error is a coin toss: people teach the scorers most there.",
    most: 100,
  },
  {
    part: "disagreement",
    title: "Disagreement",
    text: "Scorers differ on the trace, or on where its first error is.",
    most: 100,
  },
  {
    part: "novelty",
    title: "Novelty",
    text: "Few traces of the same problem, or with the same answer to it, come before it or were judged.",
    most: 100,
  },
  {
    part: "minutes",
    title: "Time",
    text: "0 ignores how long a trace is to read; 1 divides its value by the minutes.",
    most: 1,
  },
  {
    part: "problem_cap",
    title: "Traces of one problem in front",
    text: "At most so many of one problem come before everything else; 0 is no limit.",
    most: 10_000,
  },
];

export const SHOW_SCORES: { value: Project["show_scores"]; title: string; text: string }[] = [
  { value: "never", title: "Never", text: "Annotators judge and learn nothing of the scores." },
  {
    value: "after",
    title: "After their own judgement",
    text: "In their history, beside what they said themselves.",
  },
  {
    value: "share",
    title: "Also before, to a random share",
    text: "So that the evaluation can tell whether scores sway people. Everybody else sees them afterwards.",
  },
];
