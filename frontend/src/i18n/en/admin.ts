// What the admins' and reviewers' pages say.
// A `{name}` is filled in; an object holds the forms for a number `n`; `<name>` stands around what an element holds.

import type { Message } from "../room";

export default {} as const satisfies Record<string, Message>;
