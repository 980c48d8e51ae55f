/** Brings the words of failures along with whatever speaks of it, not with the page. */

import { errors } from "./english/errors.ts";
import { addEnglish } from "./translate.ts";

addEnglish(errors);
