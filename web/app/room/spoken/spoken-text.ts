/** Brings the words that are only heard along with what speaks them, not with the page. */

import { spoken } from "../../messages/english/spoken.ts";
import { addEnglish } from "../../messages/translate.ts";

addEnglish(spoken);
