/** Brings the words of sessions along with whatever screen speaks of it, not with the page. */

import { session } from "../messages/english/session.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(session);
