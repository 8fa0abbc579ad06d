import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { changePreferences, preferences } from "./preferences";
import { user } from "./session";

const person = (username: string) => ({ username, name: "", is_staff: false });
let account: Record<string, unknown> = {};
let sent: Record<string, unknown>[] = [];
let offline = false;

beforeEach(() => {
  account = {};
  sent = [];
  offline = false;
  // biome-ignore lint/suspicious/noDocumentCookie: this is where Django puts the token
  document.cookie = "csrftoken=abc123";
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    const changes = JSON.parse(String(init.body)) as Record<string, unknown>;
    sent.push(changes);
    await new Promise((done) => setTimeout(done, 5));
    if (offline) throw new TypeError("Failed to fetch");
    account = { ...account, ...changes };
    return new Response(JSON.stringify(account), { headers: { "Content-Type": "application/json" } });
  });
  user.value = person("alice");
});
afterEach(() => vi.unstubAllGlobals());

it("keeps changes that overlap, on the page and with the account", async () => {
  const both = [changePreferences({ theme: "dark" }), changePreferences({ single_keys: false })];
  expect(preferences.value).toEqual({ theme: "dark", single_keys: false });
  expect(await Promise.all(both)).toEqual([true, true]);
  expect(account).toEqual({ theme: "dark", single_keys: false });
  expect(preferences.value).toEqual(account);
});

it("keeps a change that is made while another one is on its way", async () => {
  const first = changePreferences({ theme: "dark" });
  await new Promise((done) => setTimeout(done, 2));
  const second = changePreferences({ single_keys: false });
  expect(await first).toBe(true);
  expect(preferences.value).toEqual({ theme: "dark", single_keys: false });
  expect(await second).toBe(true);
  expect(account).toEqual({ theme: "dark", single_keys: false });
});

it("lets the last of two changes of one thing stay", async () => {
  await Promise.all([changePreferences({ theme: "dark" }), changePreferences({ theme: "light" })]);
  expect(account.theme).toBe("light");
  expect(preferences.value.theme).toBe("light");
});

it("sends what could not be sent with the next change, and nothing else", async () => {
  account = { keys: { judge: ["y"] } };
  user.value = { ...person("alice"), preferences: account };
  offline = true;
  expect(await changePreferences({ theme: "dark" })).toBe(false);
  expect(preferences.value.theme).toBe("dark");
  offline = false;
  expect(await changePreferences({ single_keys: false })).toBe(true);
  expect(sent[1]).toEqual({ theme: "dark", single_keys: false });
  expect(preferences.value).toEqual({ keys: { judge: ["y"] }, theme: "dark", single_keys: false });
  await changePreferences({ theme: "light" });
  expect(sent[2]).toEqual({ theme: "light" });
});
