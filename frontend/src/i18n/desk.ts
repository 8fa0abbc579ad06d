// For the annotate page.
import base from "./en/base";
import desk from "./en/desk";
import { room } from "./room";

export const { t, rich } = room({ ...base, ...desk });

export type DeskKey = Parameters<typeof t>[0];
