import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Stepmark` : "Stepmark";
  }, [title]);
}

interface PageHeaderProps {
  title: string;
  /** One sentence under the title. */
  lead?: ComponentChildren;
  actions?: ComponentChildren;
}

/** The page's one h1; names the browser tab too. */
export function PageHeader({ title, lead, actions }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <header class="page-header">
      <div>
        <h1>{title}</h1>
        {lead && <p class="muted measure">{lead}</p>}
      </div>
      {actions && <div class="row">{actions}</div>}
    </header>
  );
}
