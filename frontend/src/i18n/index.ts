// For what every page may show.
import base from "./en/base";
import { room } from "./room";

export const { t, rich } = room(base);
