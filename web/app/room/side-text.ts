/** Brings the words of cast and turn along with whatever screen speaks of it, not with the page. */

import { side } from "../messages/english/side.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(side);
