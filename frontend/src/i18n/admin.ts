// For admins and reviewers.
import admin from "./en/admin";
import base from "./en/base";
import data from "./en/data";
import exported from "./en/exports";
import scoring from "./en/scoring";
import { room } from "./room";

export const { t, rich } = room({ ...base, ...admin, ...data, ...exported, ...scoring });
