// For admins and reviewers.

import admin from "./en/admin";
import base from "./en/base";
import { room } from "./room";

export const { t, rich } = room({ ...base, ...admin });
