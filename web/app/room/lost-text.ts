/** Brings the words of a lost room along with the screen that speaks of it, not with the page. */

import { lost } from "../messages/english/lost.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(lost);
