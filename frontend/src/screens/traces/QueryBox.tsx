import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { t } from "../../i18n/admin";
import { accept, type KnownField, type Offer, offer } from "../../model/query";

interface QueryBoxProps {
  label: string;
  value: string;
  fields: KnownField[];
  onSearch: (query: string) => void;
  /** What is wrong with the query that was sent last, and where. */
  error?: { message: string; position?: number };
}

/** A search box that says what may come next. Arrows choose, Tab or Enter take, Escape closes, Enter searches. */
export function QueryBox({ label, value, fields, onSearch, error }: QueryBoxProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const [open, setOpen] = useState<Offer>();
  const [chosen, setChosen] = useState(-1);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    const { current } = input;
    // The cursor stands where the query is wrong.
    if (error?.position !== undefined && current && current.value === value) {
      current.focus();
      current.setSelectionRange(error.position, error.position);
    }
  }, [error, value]);

  const look = (query: string, cursor: number) => {
    const found = offer(query, cursor, fields);
    setOpen(found.suggestions.length ? found : undefined);
    setChosen(-1);
  };
  const take = (at: number) => {
    const suggestion = open?.suggestions[at];
    if (!open || !suggestion) return;
    const next = accept(typed, open, suggestion);
    setTyped(next.query);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(next.cursor, next.cursor);
    });
    look(next.query, next.cursor);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || !open) return;
    const many = open.suggestions.length;
    if (event.key === "ArrowDown") setChosen((chosen + 1) % many);
    else if (event.key === "ArrowUp") setChosen(chosen < 0 ? many - 1 : chosen - 1);
    else if (event.key === "Escape") setOpen(undefined);
    else if (event.key === "Tab" && chosen >= 0) take(chosen);
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <search>
      <form
        class="query-box"
        onSubmit={(event) => {
          event.preventDefault();
          setOpen(undefined);
          onSearch((input.current?.value ?? typed).trim()); // what was typed last may not be drawn yet
        }}
      >
        <label class="field-label" for={id}>
          {label}
        </label>
        <div class="query-line">
          <div class="query-field">
            <input
              ref={input}
              id={id}
              class="input mono"
              type="text"
              role="combobox"
              autoComplete="off"
              autoCapitalize="off"
              spellcheck={false}
              placeholder={t("query-box.words-phrase-outcome-wrong")}
              aria-expanded={Boolean(open)}
              aria-controls={`${id}-list`}
              aria-autocomplete="list"
              aria-activedescendant={open && chosen >= 0 ? `${id}-${chosen}` : undefined}
              aria-invalid={error ? true : undefined}
              aria-describedby={error ? `${id}-error` : undefined}
              value={typed}
              onInput={(event) => {
                const { value, selectionStart } = event.currentTarget;
                setTyped(value);
                look(value, selectionStart ?? value.length);
              }}
              onKeyDown={onKeyDown}
              onBlur={() => setOpen(undefined)}
            />
            <div
              class="query-offer"
              role="listbox"
              id={`${id}-list`}
              aria-label={t("query-box.what-may-come-next")}
              hidden={!open}
            >
              {open?.suggestions.map((one, i) => (
                <div
                  key={one.text}
                  id={`${id}-${i}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={i === chosen}
                  class="query-option"
                  onMouseDown={(event) => {
                    event.preventDefault();
                    take(i);
                  }}
                >
                  <code>{one.text}</code> {one.help && <span class="muted small">{one.help}</span>}
                </div>
              ))}
            </div>
          </div>
          {/* Never busy: a disabled button would keep Enter from searching for something else. */}
          <Button type="submit" variant="primary">
            {t("query-box.search")}
          </Button>
        </div>
        {error && (
          <div class="field-error" role="alert" id={`${id}-error`}>
            {error.message}
          </div>
        )}
      </form>
    </search>
  );
}
