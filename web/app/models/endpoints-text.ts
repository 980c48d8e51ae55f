/** Brings the words of model servers along with whatever screen speaks of it, not with the page. */

import { endpoints } from "../messages/english/endpoints.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(endpoints);
