import { useLocation, useRoute } from "preact-iso";
import { ApiError } from "../../api/client";
import type { ChoiceDetail } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { Loaded } from "../../components/Loaded";
import { Markdown } from "../../components/Markdown";
import { PageHeader } from "../../components/PageHeader";
import { getChoice } from "../../effects/finding";
import { getProject } from "../../effects/projects";
import { useResource } from "../../effects/useResource";
import { withdrawJudgement } from "../../effects/withdrawals";
import { t } from "../../i18n/admin";
import { shortId } from "../../model/format";
import { kindName } from "../../model/kinds";
import "../../styles/finding.css";
import { Withdraw } from "../admin/Withdraw";
import { ProblemContent } from "../content/ProblemContent";
import { StepContent } from "../content/StepContent";
import { NotFoundScreen } from "../ErrorScreens";
import { Fact, Numbers, ProblemFact, WorkFacts, Written } from "./parts";

type Preference = ChoiceDetail["preferences"][number];
type Candidate = ChoiceDetail["candidates"][number];

/** One choice with everything that is known of it, to be read: the candidates stand in the order of the data. */
export default function ChoiceScreen() {
  const { slug = "", id = "" } = useRoute().params;
  const choice = useResource(`choice ${id}`, (signal) => getChoice(id, signal));
  if (choice.error instanceof ApiError && choice.error.status === 404) return <NotFoundScreen />;
  return (
    <Loaded resource={choice}>{(data) => <Choice slug={slug} choice={data} reload={choice.reload} />}</Loaded>
  );
}

function Choice({ slug, choice, reload }: { slug: string; choice: ChoiceDetail; reload: () => void }) {
  const { query } = useLocation();
  const list = `/p/${slug}/admin/traces?kind=choice`;
  const q = (text: string) => `${list}&q=${encodeURIComponent(text)}`;
  const named = choice.external_id ?? choice.id;
  return (
    <>
      <PageHeader
        title={t("choice.choice", { named: shortId(named) })}
        actions={<ButtonLink href={query.q ? q(query.q) : list}>{t("choice.all-choices")}</ButtonLink>}
      />
      <div class="split">
        <aside class="stack" aria-label={t("choice.about-choice")}>
          <dl class="card trace-facts">
            <Fact name={t("trace.id")}>
              <code>{named}</code>
            </Fact>
            <ProblemFact id={choice.problem.id} href={q} />
            {choice.problem.answer !== null && (
              <Fact name={t("trace.reference")}>
                <bdi>{choice.problem.answer}</bdi>
              </Fact>
            )}
            <WorkFacts about={choice} />
          </dl>
        </aside>
        <div class="stack-large">
          <section class="stack" aria-labelledby="problem-title">
            <h2 id="problem-title">{t("trace.problem")}</h2>
            <Markdown text={choice.problem.statement} />
            <ProblemContent slug={slug} problem={choice.problem} />
          </section>
          {choice.prefix.length > 0 && (
            <section class="stack" aria-labelledby="prefix-title">
              <h2 id="prefix-title">{t("choice.steps-so-far")}</h2>
              <ol class="plain-list stack">
                {choice.prefix.map((step, i) => (
                  <li key={step.id} class="card stack-small">
                    <Head number={i + 1} kind={step.kind} />
                    <StepContent slug={slug} content={step} />
                  </li>
                ))}
              </ol>
            </section>
          )}
          <section class="stack" aria-labelledby="candidates-title">
            <h2 id="candidates-title">{t("choice.candidates-step", { n: choice.steps + 1 })}</h2>
            <ol class="plain-list stack">
              {choice.candidates.map((candidate, i) => (
                <CandidateCard
                  key={candidate.id}
                  slug={slug}
                  candidate={candidate}
                  index={i}
                  said={choice.preferences}
                />
              ))}
            </ol>
          </section>
          <section class="stack" aria-labelledby="preferences-title">
            <h2 id="preferences-title">{t("choice.preferences")}</h2>
            {choice.preferences.length ? (
              <Preferences slug={slug} choice={choice} reload={reload} />
            ) : (
              <p class="muted">{t("choice.nobody-judged")}</p>
            )}
          </section>
        </div>
      </div>
    </>
  );
}

function Head({
  number,
  kind,
  children,
}: {
  number: number;
  kind: string;
  children?: preact.ComponentChildren;
}) {
  return (
    <div class="row">
      <strong>{number}</strong>
      {kindName(kind) && <span class="badge">{kindName(kind)}</span>}
      {children}
    </div>
  );
}

interface CandidateCardProps {
  slug: string;
  candidate: Candidate;
  /** 0-based; people are shown one more. */
  index: number;
  said: Preference[];
}

function CandidateCard({ slug, candidate, index, said }: CandidateCardProps) {
  return (
    <li class="card stack-small trace-step" id={`candidate-${index + 1}`}>
      <Head number={index + 1} kind={candidate.kind}>
        {candidate.generator && (
          <span class="muted small">
            <bdi>{candidate.generator}</bdi>
          </span>
        )}
        {said.map((one) => (
          <span key={who(one)} class="badge">
            <bdi>{who(one)}</bdi>: {placeOf(index, one)}
          </span>
        ))}
      </Head>
      <StepContent slug={slug} content={candidate} />
      <Numbers scores={candidate.scores} values={candidate.values} />
    </li>
  );
}

function Preferences({ slug, choice, reload }: { slug: string; choice: ChoiceDetail; reload: () => void }) {
  const project = useResource(`project ${slug}`, (signal) => getProject(slug, signal));
  const admin = project.data?.role === "admin";
  return (
    <ul class="stack-small">
      {choice.preferences.map((one) => (
        <li key={who(one)}>
          <strong dir="auto">{who(one)}</strong>: {inWords(one, choice.candidates.length)}
          {one.strength !== null && (
            <span class="muted"> {t("choice.how-much", { strength: one.strength })}</span>
          )}
          {admin && one.judgement !== undefined && (
            <>
              {" "}
              <Withdraw
                label={t("choice.withdraw-preference", { who: who(one) })}
                what={t("choice.what-said", { who: who(one) })}
                withdraw={(reason) => withdrawJudgement(one.judgement as number, reason)}
                onDone={reload}
              />
            </>
          )}
          <Written rewrite={one.rewrite} comment={one.comment} />
          {one.shown && (
            <p class="muted small">
              {t("choice.order-shown", { order: one.shown.map((index) => index + 1).join(", ") })}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function who(said: Preference): string {
  return said.by ?? said.source ?? "";
}

/** What was said of one candidate: its place among the groups, from 1. */
function placeOf(index: number, { ranking }: Preference): string {
  if (!ranking.length) return t("choice.not-acceptable");
  const group = ranking.findIndex((places) => places.includes(index));
  return group < 0 ? t("choice.behind") : t("choice.place", { n: group + 1 });
}

/** "2 over 1 = 3"; those in no group come last. */
function inWords({ ranking }: Preference, candidates: number): string {
  if (!ranking.length) return t("choice.none-acceptable");
  const groups = ranking.map((group) => group.map((index) => index + 1).join(" = "));
  if (ranking.flat().length < candidates) groups.push(t("choice.the-rest"));
  return groups.reduce((better, worse) => t("choice.over", { better, worse }));
}
