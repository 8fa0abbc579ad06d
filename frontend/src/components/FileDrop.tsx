import { useId, useState } from "preact/hooks";
import { t } from "../i18n/admin";

interface FileDropProps {
  label: string;
  hint?: string;
  accept?: string;
  disabled?: boolean;
  /** Name of what was chosen. */
  chosen?: string;
  onFile: (file: File) => void;
}

/** A file input with a generous target, which files can be dropped on too. */
export function FileDrop({ label, hint, accept, disabled, chosen, onFile }: FileDropProps) {
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file && !disabled) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the input inside is everybody's
    <div
      class="file-drop"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <label for={id}>{chosen ?? label}</label>
      {(chosen || hint) && (
        <span class="small muted">{chosen ? t("file-drop.drop-or-choose-another") : hint}</span>
      )}
      <input
        id={id}
        type="file"
        accept={accept}
        disabled={disabled}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = ""; // So that choosing the same file again, mended, is noticed.
        }}
      />
    </div>
  );
}
