/** Brings the words of inviting and joining along with what speaks of it, not with the page. */

import { invite } from "../messages/english/invite.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(invite);
