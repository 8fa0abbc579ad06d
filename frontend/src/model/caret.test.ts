import { expect, test } from "vitest";
import { charactersBefore } from "./caret";

test("a place in a text area is told in the server's characters", () => {
  expect(charactersBefore("abc", 2)).toBe(2);
  expect(charactersBefore("a😀b", 3)).toBe(2);
  expect(charactersBefore("a\r\nb", 2)).toBe(3);
  expect(charactersBefore("a\rb", 2)).toBe(2);
  expect(charactersBefore("ab", 9)).toBe(2);
});
