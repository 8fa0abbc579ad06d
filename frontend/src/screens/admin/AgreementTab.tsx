import type { AgreementFigures, Compared, GoldPerson } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { Loaded } from "../../components/Loaded";
import { type Column, Table } from "../../components/Table";
import { getAgreement } from "../../effects/agreement";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { share } from "../../model/evaluation";
import { count } from "../../model/format";
import type { TabProps } from "./AdminScreen";
import { AgreementBeyond } from "./AgreementBeyond";

/** Whether people say the same of traces as each other, as what came with the data, and as gold. */
export function AgreementTab({ project }: TabProps) {
  const { slug, role } = project.data;
  const found = useResource(`agreement ${slug}`, (signal) => getAgreement(slug, signal));
  return (
    <section class="stack-large" aria-labelledby="agreement-title">
      <div class="stack">
        <h2 id="agreement-title">{t("agreement.title")}</h2>
        <p class="muted measure">{t("agreement.lead")}</p>
      </div>
      <Loaded resource={found}>
        {(data) =>
          data.beyond.traces + data.sources.length + data.gold.people.length === 0 ? (
            <EmptyState title={t("agreement.none")}>{t("agreement.none-text")}</EmptyState>
          ) : (
            <>
              <Gold slug={slug} gold={data.gold} admin={role === "admin"} />
              <Sources slug={slug} rows={data.sources} />
              <People slug={slug} people={data.people} />
              <p class="muted small measure">{t("agreement.how")}</p>
              <AgreementBeyond slug={slug} beyond={data.beyond} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function People({ slug, people }: { slug: string; people: AgreementFigures["people"] }) {
  return (
    <section class="stack" aria-labelledby="agreement-people">
      <h3 id="agreement-people">{t("agreement.people")}</h3>
      {people.pairs.length === 0 ? (
        <p class="muted">{t("agreement.no-pairs")}</p>
      ) : (
        <>
          <p>
            {t("agreement.alpha", { n: people.traces, alpha: number(people.alpha) })}
            {people.alpha === null && ` ${t("agreement.one-answer")}`}
          </p>
          <Table
            caption={t("agreement.people")}
            captionHidden
            rows={people.pairs}
            rowKey={(row) => `${row.person} ${row.other}`}
            columns={[
              {
                key: "who",
                title: t("agreement.pair"),
                head: true,
                cell: (row) => t("agreement.and", { person: row.person, other: row.other }),
              },
              ...figures<(typeof people.pairs)[number]>(slug),
            ]}
          />
        </>
      )}
    </section>
  );
}

function Sources({ slug, rows }: { slug: string; rows: AgreementFigures["sources"] }) {
  return (
    <section class="stack" aria-labelledby="agreement-sources">
      <h3 id="agreement-sources">{t("agreement.sources")}</h3>
      {rows.length === 0 ? (
        <p class="muted">{t("agreement.no-sources")}</p>
      ) : (
        <Table
          caption={t("agreement.sources")}
          captionHidden
          rows={rows}
          rowKey={(row) => `${row.source} ${row.person ?? ""}`}
          columns={[
            { key: "source", title: t("agreement.source"), cell: (row) => <code>{row.source}</code> },
            {
              key: "who",
              title: t("agreement.person"),
              head: true,
              cell: (row) => row.person ?? t("agreement.everybody"),
            },
            ...figures<(typeof rows)[number]>(slug),
          ]}
        />
      )}
    </section>
  );
}

/** What both tables of pairs say. */
function figures<Row extends Compared>(slug: string): Column<Row>[] {
  return [
    { key: "traces", title: t("agreement.both"), numeric: true, cell: (row) => count(row.traces) },
    { key: "exact", title: t("agreement.exact"), numeric: true, cell: (row) => share(row.exact) },
    { key: "exact-kappa", title: "κ", numeric: true, cell: (row) => number(row.exact_kappa) },
    { key: "verdict", title: t("agreement.verdict"), numeric: true, cell: (row) => share(row.verdict) },
    { key: "verdict-kappa", title: "κ", numeric: true, cell: (row) => number(row.verdict_kappa) },
    {
      key: "differ",
      title: t("agreement.differ"),
      numeric: true,
      cell: (row) => <Found slug={slug} query={row.query} n={row.differ} />,
    },
  ];
}

const KINDS = ["exact", "earlier", "later", "missed", "false_alarm"] as const;

function Gold(props: { slug: string; gold: AgreementFigures["gold"]; admin: boolean }) {
  const { slug, gold, admin } = props;
  return (
    <section class="stack" aria-labelledby="agreement-gold">
      <div class="row spread">
        <h3 id="agreement-gold">{t("agreement.gold")}</h3>
        {admin && <ButtonLink href={`/p/${slug}/admin/settings#gold`}>{t("agreement.choose")}</ButtonLink>}
      </div>
      {gold.sources.length === 0 ? (
        <p class="muted measure">{t("agreement.no-gold")}</p>
      ) : (
        <p>
          {t("agreement.gold-of", { n: gold.traces, sources: gold.sources.join(", ") })}
          {gold.contradictory > 0 && ` ${t("agreement.contradictory", { n: gold.contradictory })}`}
        </p>
      )}
      {gold.people.length > 0 && (
        <Table
          caption={t("agreement.gold")}
          captionHidden
          rows={gold.people}
          rowKey={(row) => row.person}
          columns={[
            { key: "who", title: t("agreement.person"), head: true, cell: (row) => row.person },
            { key: "traces", title: t("agreement.judged"), numeric: true, cell: (row) => count(row.traces) },
            { key: "share", title: t("agreement.right"), numeric: true, cell: (row) => <Right row={row} /> },
            ...KINDS.map(
              (kind): Column<GoldPerson> => ({
                key: kind,
                title: t(`agreement.${kind}`),
                numeric: true,
                cell: (row) => <Found slug={slug} query={row.queries[kind]} n={row[kind]} />,
              }),
            ),
            { key: "unsure", title: t("agreement.unsure"), numeric: true, cell: (row) => count(row.unsure) },
          ]}
        />
      )}
    </section>
  );
}

function Right({ row }: { row: GoldPerson }) {
  return (
    <>
      {share(row.share)}
      {row.low !== null && (
        <div class="small muted nowrap">
          {t("agreement.interval", { low: share(row.low), high: share(row.high) })}
        </div>
      )}
    </>
  );
}

function Found({ slug, query, n }: { slug: string; query: string; n: number }) {
  if (n === 0) return <>0</>;
  return <a href={`/p/${slug}/admin/traces?q=${encodeURIComponent(query)}`}>{count(n)}</a>;
}

function number(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
