// For the pages around it.
import base from "./en/base";
import pages from "./en/pages";
import { room } from "./room";

export const { t, rich } = room({ ...base, ...pages });
