import { useId } from "preact/hooks";

interface ScaleProps {
  legend: string;
  /** By value, lowest first. */
  words: Record<number, string>;
  value: number | null;
  onChange: (value: number | null) => void;
}

/** A few steps from less to more. Saying nothing is an answer too: the chosen one again takes it back. */
export function Scale({ legend, words, value, onChange }: ScaleProps) {
  const name = useId();
  return (
    <fieldset class="scale">
      <legend>{legend}</legend>
      {Object.entries(words).map(([key, word]) => (
        <label key={key}>
          <input
            type="radio"
            name={name}
            checked={value === Number(key)}
            onChange={() => onChange(Number(key))}
            onClick={() => value === Number(key) && onChange(null)}
          />
          <span class="scale-word">{word}</span>
        </label>
      ))}
    </fieldset>
  );
}
