/** The API's answers under the names that the pages use. schema.ts is generated (`npm run types`); this is not. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type ProjectCard = Schemas["ProjectCardOutput"];
export type Project = Schemas["ProjectOutput"];
/** What a PATCH may hold; `guidelines` and `error_types` make a new version. */
export type ProjectChange = Schemas["PatchedProjectChangeRequest"];
export type Role = Project["role"];
export type Mode = Project["mode"];
export type Policy = Project["policy"];
export type ErrorType = Project["label_schema"]["error_types"][number];

export type Stats = Schemas["StatsOutput"];
export type Judgements = Stats["judgements"];
export type ScorerStats = Stats["scorers"][number];
export type PersonStats = NonNullable<Stats["people"]>[number];

export type Member = Schemas["MemberOutput"];
/** `password` is there only if an account was made, and this once. */
export type NewMember = Schemas["NewMemberOutput"];
export type AuditPage = Schemas["AuditOutput"];
export type Token = Schemas["TokenOutput"];
/** With its text, this once. */
export type NewToken = Schemas["NewTokenOutput"];

export type QueuePage = Schemas["QueueOutput"];
export type QueueTask = QueuePage["results"][number];

export type FoundTraces = Schemas["TraceListOutput"];
export type FoundTrace = FoundTraces["results"][number];
export type FoundChoices = Schemas["ChoiceListOutput"];
export type FoundChoice = FoundChoices["results"][number];
export type ChoiceDetail = Schemas["ChoiceDetailOutput"];
export type TraceDetail = Schemas["TraceDetailOutput"];
export type QueryField = Schemas["FieldOutput"];

export type Formats = Schemas["FormatsOutput"];
export type IngestResult = Schemas["IngestOutput"];
export type LineError = IngestResult["errors"][number];
export type Import = Schemas["ImportOutput"];
export type SelectionWork = Schemas["WorkOutput"];
export type ImportPreview = Schemas["ImportPreviewOutput"];

/** `left_out` counts what could not be written, by reason. */
export type Snapshot = Omit<Schemas["ExportOutput"], "manifest"> & {
  manifest: { left_out?: Record<string, number> } | null;
};
export type Labels = Snapshot["labels"];
export type ExportFormat = Formats["export"][number];
export type ExportPreview = Schemas["ExportPreviewOutput"];
export type ExportDiff = Schemas["DiffOutput"];

export type NotesPage = Schemas["NotesOutput"];
export type Note = Schemas["NoteOutput"];
export type NoteThread = Schemas["NoteThreadOutput"];
export type HistoryPage = Schemas["HistoryOutput"];
export type PastJudgement = Schemas["PastJudgementOutput"];
export type PastJudgementDetail = Schemas["JudgementOutput"];
export type Preferences = Schemas["PreferencesOutput"];

export type Scorers = Omit<Schemas["ScorersOutput"], "scorers"> & { scorers: Scorer[] };
/** `report` is there for a scorer that learns from labels. */
export type Scorer = Omit<Schemas["LiveScorerOutput"], "report" | "settings"> & {
  settings: Record<string, unknown>;
  report: LearnedReport | null;
};
/** Areas under the curve: the value and its 95 % interval. */
export interface LearnedReport {
  on: boolean;
  why: string;
  traces: number;
  erroneous: number;
  trained_at: string;
  step_auc?: number[];
  trace_auc?: number[];
  length_auc?: number[];
}
export type ScorerKind = Schemas["KindOutput"];
export type ScorerSetting = Schemas["SettingOutput"];
export type SpendingLimit = Schemas["LimitOutput"];
export type ScorerFailures = Schemas["FailuresOutput"];

export type Evaluation = Schemas["EvaluationOutput"];
export type Figures = Schemas["FiguresOutput"];
export type Measured = Schemas["MeasuredOutput"];
export type Lift = Schemas["LiftOutput"];
export type Sample = Figures["sample"];
export type AgreementFigures = Schemas["AgreementFiguresOutput"];
/** Of two people, or of a person and a source. */
export type Compared = Omit<Schemas["SourceComparedOutput"], "source" | "person">;
export type GoldPerson = Schemas["GoldPersonOutput"];
export type Place = Schemas["PlaceOutput"];

export type Suggester = Schemas["SuggesterOutput"];
export type SuggestionLog = Schemas["SuggestionLogOutput"];
