import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { AuditPage } from "../../api/types";
import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { Field, Select, TextField } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { LoadMore } from "../../components/LoadMore";
import { Table } from "../../components/Table";
import { listEvents } from "../../effects/audit";
import { usePages } from "../../effects/usePages";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { type AuditFilter, details, VERBS } from "../../model/audit";
import { dateTime } from "../../model/format";
import type { TabProps } from "./AdminScreen";

/** Who changed what, and when. What is asked for is in the address. */
export function AuditTab({ project }: TabProps) {
  const { slug } = project.data;
  const { query, path, route } = useLocation();
  const { verb = "", who = "", since = "", until = "" } = query;
  const filter = { verb, who, since, until };
  const key = JSON.stringify(filter);
  const first = useResource(`audit ${slug} ${key}`, (signal) => listEvents(slug, filter, null, signal));
  const show = (next: AuditFilter) => {
    const said = Object.entries(next).filter(([, value]) => value.trim());
    const address = said.length ? `${path}?${new URLSearchParams(said)}` : path;
    if (JSON.stringify(next) === key) first.reload();
    else route(address);
  };
  return (
    <section class="stack" aria-labelledby="audit-title">
      <h2 id="audit-title">{t("audit.title")}</h2>
      <p class="muted measure">{t("audit.lead")}</p>
      <Filter key={key} of={filter} busy={first.loading} onShow={show} />
      <Loaded resource={first}>
        {(page) =>
          page.results.length ? (
            <Events slug={slug} filter={filter} first={page} />
          ) : (
            <EmptyState title={t("audit.nothing-found")} />
          )
        }
      </Loaded>
    </section>
  );
}

function Filter(props: { of: AuditFilter; busy: boolean; onShow: (filter: AuditFilter) => void }) {
  const [filter, setFilter] = useState(props.of);
  const set = (change: Partial<AuditFilter>) => setFilter({ ...filter, ...change });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    props.onShow(filter);
  };
  return (
    <form class="filter-form" onSubmit={submit}>
      <Select
        label={t("audit.what")}
        value={filter.verb}
        choices={[
          { value: "", title: t("audit.everything") },
          ...VERBS.map((value) => ({ value: value as string, title: t(`audit.of.${value}`) })),
        ]}
        onChange={(verb) => set({ verb })}
      />
      <TextField
        label={t("audit.who")}
        autoCapitalize="none"
        spellcheck={false}
        value={filter.who}
        onChange={(who) => set({ who })}
      />
      <Day label={t("audit.from")} value={filter.since} onChange={(since) => set({ since })} />
      <Day label={t("audit.to")} value={filter.until} onChange={(until) => set({ until })} />
      <Button type="submit" busy={props.busy}>
        {t("audit.show")}
      </Button>
    </form>
  );
}

function Day(props: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <Field label={props.label}>
      {(control) => (
        <input
          {...control}
          type="date"
          class="input"
          value={props.value}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Events({ slug, filter, first }: { slug: string; filter: AuditFilter; first: AuditPage }) {
  const pages = usePages(first, (cursor) => listEvents(slug, filter, cursor));
  return (
    <>
      <Table
        caption={t("audit.title")}
        captionHidden
        rows={pages.rows}
        rowKey={(row) => row.id}
        columns={[
          { key: "when", title: t("audit.when"), nowrap: true, cell: (row) => dateTime(row.at) },
          { key: "who", title: t("audit.who"), cell: (row) => row.who ?? "–" },
          { key: "what", title: t("audit.what"), head: true, cell: (row) => <code>{row.verb}</code> },
          { key: "details", title: t("audit.details"), cell: (row) => <Details data={row.data} /> },
        ]}
      />
      <LoadMore pages={pages} />
    </>
  );
}

function Details({ data }: { data: Record<string, unknown> }) {
  return (
    <div class="audit-details">
      {details(data).map(({ name, value }, i) => (
        <span key={name}>
          {i > 0 && " · "}
          <span class="muted">{name.replaceAll("_", " ")}:</span> <bdi>{value}</bdi>
        </span>
      ))}
    </div>
  );
}
