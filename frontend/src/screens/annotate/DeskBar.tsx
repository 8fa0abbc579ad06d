import { Brand, UserMenu } from "../../components/Frame";
import { type Desk, saveState } from "../../model/desk";
import { plural } from "../../model/submission";
import { CommandButton } from "./CommandButton";

/** The thin line above the work: where one is, how far one got, and whether everything is safe. */
export function DeskBar({ desk }: { desk: Desk }) {
  return (
    <header class="desk-bar">
      <Brand />
      <a class="desk-project" href={`/p/${desk.project.slug}`}>
        {desk.project.name}
      </a>
      <span class="desk-today num">{desk.today} today</span>
      <SaveState desk={desk} />
      <CommandButton id="source" size="small" variant="quiet" pressed={desk.raw} class="desk-wide">
        Source
      </CommandButton>
      <CommandButton id="help" size="small" variant="quiet" class="desk-wide">
        Keys
      </CommandButton>
      <nav aria-label="Account">
        <UserMenu />
      </nav>
    </header>
  );
}

function SaveState({ desk }: { desk: Desk }) {
  const state = saveState(desk);
  const waiting = desk.outbox.length;
  const kept = waiting ? `kept here, ${plural(waiting, "answer")} waiting` : "kept here";
  const words = { saved: "saved", saving: "saving…", offline: `offline: ${kept}` };
  return (
    <span class="save-state" data-state={state} role="status">
      <span class="save-shape" aria-hidden="true">
        {{ saved: "✓", saving: "○", offline: "▲" }[state]}
      </span>{" "}
      {/* "saving" comes and goes with every key; a screen reader hears only what is worth a word. */}
      <span aria-hidden={state === "saving"}>{words[state]}</span>
    </span>
  );
}
