/** Brings the words of hosting along with whatever screen speaks of it, not with the page. */

import { hosting } from "../messages/english/hosting.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(hosting);
