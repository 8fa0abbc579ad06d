// The desk of a project, alive as long as its page is shown.

import { computed } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useState } from "preact/hooks";
import { DESK_COMMANDS, type DeskContext, scopesOf } from "../../commands/desk";
import { withKeys } from "../../commands/keymap";
import { commandFor } from "../../commands/keys";
import { available, type Command, keyLabel } from "../../commands/registry";
import { deskApi } from "../../effects/desk/api";
import { type LiveDesk, startDesk } from "../../effects/desk/desk";
import { singleKeys } from "../../effects/desk/singleKeys";
import { deskStore } from "../../effects/desk/store";
import { deskTabs } from "../../effects/desk/tabs";
import { preferences } from "../../effects/preferences";
import { sessionEpoch, user } from "../../effects/session";
import { loadKatex } from "../../render/katex";

/** The commands with this person's keys. */
export const deskCommands = computed(() => withKeys(DESK_COMMANDS, preferences.value.keys ?? {}));

/** The key of a command as it is printed on its button; none where it is switched off. */
export function keyOf(id: string): string | undefined {
  const key = deskCommands.value.find((one) => one.id === id)?.keys[0] ?? "";
  return key.length > 1 || singleKeys.value ? keyLabel(key) : undefined;
}

export interface OpenDesk {
  live: LiveDesk | null;
  error: unknown;
  retry: () => void;
}

export function useOpenDesk(slug: string): OpenDesk {
  const [live, setLive] = useState<LiveDesk | null>(null);
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const username = user.value?.username ?? "";
  const epoch = sessionEpoch.value;

  // A new turn is a reason to start again.
  useEffect(() => {
    const abort = new AbortController();
    let started: LiveDesk | null = null;
    setLive(null);
    setError(undefined);
    // Formulas are wanted in a moment; if they can't be fetched their source is shown.
    loadKatex().catch(() => {});
    startDesk(deskApi(slug), deskStore(username, slug), deskTabs(username), abort.signal).then(
      (desk) => {
        started = desk;
        if (abort.signal.aborted) desk.stop();
        else setLive(desk);
      },
      (failure) => !abort.signal.aborted && setError(failure),
    );
    return () => {
      abort.abort();
      started?.stop();
    };
  }, [slug, username, turn]);

  // A sign-in is what lets waiting things go on.
  useEffect(() => {
    if (live) live.resume();
    else if (error) setTurn((n) => n + 1);
  }, [epoch]);

  // Before the task can be seen: whoever sees it may press a key at once.
  useLayoutEffect(() => (live ? listen(live) : undefined), [live]);
  return { live, error, retry: () => setTurn((n) => n + 1) };
}

/** What the desk wants to know of the page. Returns the function that stops it. */
export function listen(live: LiveDesk): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const context: DeskContext = {
    get desk() {
      return live.desk.value;
    },
    dispatch: live.dispatch,
    newId: live.newId,
  };
  const onKey = (event: KeyboardEvent) => {
    // A dialog has the keyboard to itself.
    if (document.querySelector("dialog[open]")) return;
    const commands = available(deskCommands.value, scopesOf(live.desk.value), context);
    const command = commandFor(event, commands, singleKeys.value);
    if (!command) return;
    event.preventDefault();
    command.run(context);
  };
  const touch = () => live.touch();
  document.addEventListener("keydown", onKey, { signal });
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"]) {
    document.addEventListener(kind, touch, { signal, passive: true, capture: true });
  }
  document.addEventListener(
    "visibilitychange",
    () => {
      const visible = document.visibilityState === "visible";
      live.show(visible);
      if (!visible) live.leave(true);
      else if (!live.desk.value.work) live.dispatch({ type: "look-again" });
    },
    { signal },
  );
  window.addEventListener("pagehide", () => live.leave(true), { signal });
  window.addEventListener("online", () => live.resume(), { signal });
  return () => stop.abort();
}

export const DeskContextProvider = createContext<LiveDesk | null>(null);

/** The desk that the component stands on. */
export function useDesk(): LiveDesk {
  const live = useContext(DeskContextProvider);
  if (!live) throw new Error("There is no desk around this component.");
  return live;
}

/** A command and what it takes to offer it: whether it can run now, and running it. */
export function useCommand(id: string): { command: Command<DeskContext>; enabled: boolean; run: () => void } {
  const live = useDesk();
  const command = deskCommands.value.find((one) => one.id === id);
  if (!command) throw new Error(`There is no command "${id}".`);
  const context: DeskContext = { desk: live.desk.value, dispatch: live.dispatch, newId: live.newId };
  return { command, enabled: command.when?.(context) ?? true, run: () => command.run(context) };
}
