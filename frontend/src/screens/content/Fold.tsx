import { useState } from "preact/hooks";

interface FoldProps {
  title: string;
  badge?: string;
  onOpen?: () => void;
  children: preact.ComponentChildren;
}

/** Its content is made when it is opened first. */
export function Fold({ title, badge, onOpen, children }: FoldProps) {
  const [opened, setOpened] = useState(false);
  return (
    <details
      class="problem-fold"
      onToggle={(event) => {
        if (!event.currentTarget.open) return;
        setOpened(true);
        onOpen?.();
      }}
    >
      <summary>
        {title} {badge && <span class="badge">{badge}</span>}
      </summary>
      {opened && children}
    </details>
  );
}
