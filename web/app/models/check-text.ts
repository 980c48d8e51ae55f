/** Brings the words of the device check along with what speaks of it, not with the page. */

import { check } from "../messages/english/check.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(check);
