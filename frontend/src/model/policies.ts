import type { Mode, Policy, Project } from "../api/types";
import { t } from "../i18n/admin";

export const MODES: { value: Mode; title: string; text: string }[] = [
  {
    value: "first_error",
    title: t("policies.first-error"),
    text: t("policies.first-wrong-step-or"),
  },
  { value: "every_step", title: t("policies.every-step"), text: t("policies.each-step-rated-good") },
];

export const POLICIES: { value: Policy; title: string; text: string }[] = [
  {
    value: "convincing-wrong-answer",
    title: t("policies.convincing-wrong-answers"),
    text: t("policies.traces-whose-steps-score"),
  },
  {
    value: "lowest-step",
    title: t("policies.lowest-step"),
    text: t("policies.traces-most-suspicious-single"),
  },
  { value: "uncertainty", title: t("policies.uncertainty"), text: t("policies.traces-whose-scores-closest") },
  { value: "disagreement", title: t("policies.disagreement"), text: t("policies.traces-on-which-scorers") },
  {
    value: "custom",
    title: t("policies.weights-my-own"),
    text: t("policies.what-makes-trace-worth"),
  },
  { value: "random", title: t("policies.random"), text: t("policies.no-order-every-trace") },
];

/** What an order of one's own is made of, in the order in which it is asked. */
export const WEIGHTS: { part: string; title: string; text: string; most: number }[] = [
  {
    part: "convincing_wrong",
    title: t("policies.convincing-wrong-answers"),
    text: t("policies.final-answer-wrong-less"),
    most: 100,
  },
  {
    part: "suspicious_right",
    title: t("policies.suspicious-right-answers"),
    text: t("policies.final-answer-right-but"),
    most: 100,
  },
  {
    part: "lowest_step",
    title: t("policies.most-suspicious-step"),
    text: t("policies.scorer-objects-step-whatever"),
    most: 100,
  },
  {
    part: "uncertainty",
    title: t("policies.uncertainty"),
    text: t("policies.step-up-first-predicted"),
    most: 100,
  },
  {
    part: "disagreement",
    title: t("policies.disagreement"),
    text: t("policies.scorers-differ-on-trace"),
    most: 100,
  },
  {
    part: "novelty",
    title: t("policies.novelty"),
    text: t("policies.few-traces-same-problem"),
    most: 100,
  },
  {
    part: "minutes",
    title: t("policies.time"),
    text: t("policies.0-ignores-how-long"),
    most: 1,
  },
  {
    part: "problem_cap",
    title: t("policies.traces-one-problem-front"),
    text: t("policies.at-most-so-many"),
    most: 10_000,
  },
];

export const SHOW_SCORES: { value: Project["show_scores"]; title: string; text: string }[] = [
  { value: "never", title: t("policies.never"), text: t("policies.annotators-judge-learn-nothing") },
  {
    value: "after",
    title: t("policies.after-their-own-judgement"),
    text: t("policies.their-history-beside-what"),
  },
  {
    value: "share",
    title: t("policies.also-before-random-share"),
    text: t("policies.so-evaluation-can-tell"),
  },
];
