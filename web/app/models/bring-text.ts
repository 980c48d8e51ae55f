/** Brings the words of own model files along with what speaks of it, not with the page. */

import { bring } from "../messages/english/bring.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(bring);
