import { useLocation } from "preact-iso";

export interface TabLink {
  href: string;
  title: string;
}

/** Pages side by side. Links, so that each has its address and opens in a new window. */
export function Tabs({ label, tabs }: { label: string; tabs: TabLink[] }) {
  const { path } = useLocation();
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.href} href={tab.href} aria-current={path === tab.href ? "page" : undefined}>
          {tab.title}
        </a>
      ))}
    </nav>
  );
}
