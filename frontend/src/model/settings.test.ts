import { describe, expect, it } from "vitest";
import type { Project } from "../api/types";
import { fullSchema } from "./schema";
import { changes, problems, toForm } from "./settings";

const project: Project = {
  slug: "geo",
  name: "Geometry",
  description: "",
  role: "admin",
  mode: "first_error",
  annotations_per_task: 2,
  lease_minutes: 30,
  policy: "random",
  policy_weights: { convincing_wrong: 1, novelty: 0.25, minutes: 0, problem_cap: 0 },
  random_share: 0.15,
  show_scores: "never",
  show_scores_share: 0.1,
  show_reference: true,
  tasks_at_import: "all",
  gold_sources: [],
  guidelines: { version: 1, text: "Read." },
  label_schema: fullSchema({
    version: 1,
    error_types: [{ key: "calculation", name: "Calculation" }],
  }) as Project["label_schema"],
  created_at: "2026-11-01T08:00:00Z",
};

describe("the settings form", () => {
  it("sends nothing when nothing changed", () => {
    expect(changes(toForm(project), project)).toEqual({});
    expect(problems(toForm(project))).toEqual({});
  });

  it("sends only what changed, as numbers and shares", () => {
    const form = { ...toForm(project), annotations_per_task: "3", random_share: "12.5", guidelines: "New." };
    expect(changes(form, project)).toEqual({
      annotations_per_task: 3,
      random_share: 0.125,
      guidelines: "New.",
    });
  });

  it("sends whose labels are gold, also when nobody's are any more", () => {
    const form = toForm({ ...project, gold_sources: ["bench"] });
    expect(changes(form, project)).toEqual({ gold_sources: ["bench"] });
    expect(changes(toForm(project), { ...project, gold_sources: ["bench"] })).toEqual({ gold_sources: [] });
  });

  it("sends of the label schema only the parts that changed", () => {
    const form = toForm(project);
    const tags = [{ key: "guess", name: "Guess" }];
    expect(changes({ ...form, label_schema: { ...form.label_schema, tags } }, project)).toEqual({
      label_schema: { tags },
    });
  });

  it("shows a share without the noise of binary fractions", () => {
    expect(toForm({ ...project, random_share: 0.07 }).random_share).toBe("7");
  });

  it("sends all weights when one changed, and says which is no number", () => {
    const form = toForm(project);
    const weights = { ...form.policy_weights, novelty: "2" };
    expect(changes({ ...form, policy: "custom", policy_weights: weights }, project)).toEqual({
      policy: "custom",
      policy_weights: { convincing_wrong: 1, novelty: 2, minutes: 0, problem_cap: 0 },
    });
    const wrong = { ...form.policy_weights, novelty: "much", minutes: "2" };
    expect(problems({ ...form, policy_weights: wrong })).toEqual({
      policy_weights: "Novelty: a number from 0 to 100. Time: a number from 0 to 1.",
    });
  });

  it("sends error types without what only the form knows", () => {
    const error_types = [...project.label_schema.error_types, { key: "format", name: "Format", fresh: true }];
    expect(changes({ ...toForm(project), error_types }, project).error_types).toEqual([
      { key: "calculation", name: "Calculation" },
      { key: "format", name: "Format" },
    ]);
  });

  it("says which fields are wrong", () => {
    const form = {
      ...toForm(project),
      name: " ",
      annotations_per_task: "1.5",
      lease_minutes: "0",
      random_share: "",
    };
    expect(Object.keys(problems(form)).sort()).toEqual([
      "annotations_per_task",
      "lease_minutes",
      "name",
      "random_share",
    ]);
  });

  it("wants every error type named, with a key of its own", () => {
    const wrong = (...error_types: { key: string; name: string }[]) =>
      problems({ ...toForm(project), error_types }).error_types;
    expect(wrong({ key: "", name: "" })).toBe("Every error type needs a name.");
    expect(wrong({ key: "", name: "日本" })).toContain("日本");
    expect(wrong({ key: "a", name: "A" }, { key: "a", name: "B" })).toBe("Two error types have the key a.");
    expect(wrong()).toBeUndefined();
  });
});
