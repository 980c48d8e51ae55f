/** Brings the words of downloads along with whatever screen speaks of it, not with the page. */

import { downloads } from "../messages/english/downloads.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(downloads);
