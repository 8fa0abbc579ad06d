import type { AgreementFigures } from "../../api/types";
import { type Column, Table } from "../../components/Table";
import { t } from "../../i18n/admin";
import { share } from "../../model/evaluation";
import { count, decimal } from "../../model/format";

type Beyond = AgreementFigures["beyond"];
type Thing = Beyond["things"][number];

/** How far people agree in all that the label schema asks beyond the first error, and whether who is surer agrees more. */
export function AgreementBeyond({ slug, beyond }: { slug: string; beyond: Beyond }) {
  return (
    <>
      <section class="stack" aria-labelledby="agreement-beyond">
        <h3 id="agreement-beyond">{t("agreement.beyond")}</h3>
        {beyond.traces === 0 ? (
          <p class="muted">{t("agreement.no-pairs")}</p>
        ) : (
          <>
            <p>{t("agreement.beyond-of", { n: beyond.traces })}</p>
            <Table
              caption={t("agreement.beyond")}
              captionHidden
              rows={beyond.things}
              rowKey={(row) => `${row.part} ${row.key} ${row.scope} ${row.scale} ${row.name}`}
              columns={columns(slug)}
            />
            <p class="muted small measure">{t("agreement.beyond-how")}</p>
          </>
        )}
      </section>
      {beyond.confidence.length > 0 && (
        <section class="stack" aria-labelledby="agreement-sure">
          <h3 id="agreement-sure">{t("agreement.sure")}</h3>
          <Table
            caption={t("agreement.sure")}
            captionHidden
            rows={beyond.confidence}
            rowKey={(row) => row.confidence}
            columns={[
              {
                key: "sure",
                title: t("agreement.how-sure"),
                head: true,
                cell: (row) => t("agreement.sure-of-5", { level: row.confidence }),
              },
              {
                key: "judgements",
                title: t("agreement.judgements"),
                numeric: true,
                cell: (row) => count(row.judgements),
              },
              { key: "same", title: t("agreement.as-others"), numeric: true, cell: (row) => share(row.same) },
            ]}
          />
          <p class="muted small measure">{t("agreement.sure-how")}</p>
        </section>
      )}
    </>
  );
}

const columns = (slug: string): Column<Thing>[] => [
  { key: "what", title: t("agreement.what"), head: true, cell: called },
  {
    key: "items",
    title: t("agreement.compared"),
    numeric: true,
    cell: (row) => t(`agreement.compared-${row.scope}`, { n: row.items }),
  },
  {
    key: "marked",
    title: t("agreement.marked-by"),
    numeric: true,
    cell: (row) => (row.marked === null ? "" : count(row.marked)),
  },
  { key: "same", title: t("agreement.same"), numeric: true, cell: (row) => share(row.same) },
  { key: "f1", title: t("agreement.f1"), numeric: true, cell: (row) => number(row.f1) },
  { key: "alpha", title: t("agreement.alpha-column"), numeric: true, cell: (row) => number(row.alpha) },
  {
    key: "differ",
    title: t("agreement.differ"),
    numeric: true,
    cell: (row) => <Differ slug={slug} row={row} />,
  },
];

/** "Tag: Guess". */
function called({ part, name }: Thing) {
  if (part === "value" || part === "premises") return t(`agreement.part-${part}`);
  return (
    <>
      <span class="muted">{t(`agreement.part-${part}`)}</span> <bdi>{name}</bdi>
    </>
  );
}

/** On how many traces, and some of them. */
function Differ({ slug, row }: { slug: string; row: Thing }) {
  return (
    <>
      {count(row.differ)}
      {row.examples.length > 0 && (
        <div class="small examples">
          {t("agreement.as-in")}
          {row.examples.map((trace, i) => (
            <a
              key={trace}
              href={`/p/${slug}/traces/${trace}`}
              aria-label={t("agreement.example", { n: i + 1 })}
            >
              {i + 1}
            </a>
          ))}
        </div>
      )}
    </>
  );
}

const number = (value: number | null): string => (value === null ? "–" : decimal(value, 2));
