// What a project lets its annotators say. `projects.schema` of the server has the rules.

export interface Named {
  key: string;
  name: string;
}

export type Meaning = "good" | "neutral" | "bad" | "unsure";

export interface ValueDef extends Named {
  means: "good" | "neutral" | "bad";
  /** The digit that gives it. */
  hotkey: string;
}

export interface Axis extends Named {
  scope: "step" | "trace";
  min: number;
  max: number;
  required: boolean;
}

export interface Question extends Named {
  scope: "step" | "trace" | "problem";
  kind: "choice" | "rating" | "number" | "text" | "formula";
  options?: Named[] | null;
  min?: number | null;
  max?: number | null;
  required: boolean;
}

/** As the server sends it; what an older version did not know may be missing. */
export interface LabelSchema {
  version: number;
  error_types: Named[];
  values?: ValueDef[];
  rubric?: Axis[];
  tags?: Named[];
  premises?: boolean;
  spans?: Named[];
  questions?: Question[];
  confidence?: boolean;
}

export type FullSchema = Required<LabelSchema>;

export const DEFAULT_VALUES: ValueDef[] = [
  { key: "good", name: "Good", means: "good", hotkey: "1" },
  { key: "neutral", name: "Neutral", means: "neutral", hotkey: "2" },
  { key: "bad", name: "Bad", means: "bad", hotkey: "3" },
];

const DEFAULTS: FullSchema = {
  version: 1,
  error_types: [],
  values: DEFAULT_VALUES,
  rubric: [],
  tags: [],
  premises: false,
  spans: [],
  questions: [],
  confidence: true,
};

export const fullSchema = (schema: LabelSchema): FullSchema => ({ ...DEFAULTS, ...schema });

/** What each of the project's words means. */
export function meanings(schema: LabelSchema): Record<string, Meaning> {
  return Object.fromEntries([
    ...fullSchema(schema).values.map(({ key, means }) => [key, means] as const),
    ["unsure", "unsure"] as const,
  ]);
}

/** Whether anything is asked about single steps, beyond what they are worth and what is wrong with them. */
export function asksOfSteps(schema: FullSchema): boolean {
  const { tags, rubric, questions } = schema;
  return tags.length > 0 || [...rubric, ...questions].some(({ scope }) => scope === "step");
}

/** What is asked about the trace or the problem as a whole. */
export function wholeAsked(schema: FullSchema): (Axis | Question)[] {
  return [...schema.rubric, ...schema.questions].filter(({ scope }) => scope !== "step");
}

/** Whether something about the trace must be answered: then knowing its first error is not enough. */
export function mustAnswerOfTrace(schema: FullSchema): boolean {
  return wholeAsked(schema).some(({ scope, required }) => required && scope === "trace");
}
