/** Brings the words about keys along with what binds them, not with the page. */

import { keys } from "../messages/english/keys.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(keys);
