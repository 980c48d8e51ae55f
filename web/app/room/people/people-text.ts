/** Brings the words of devices along with whatever screen speaks of them, not with the page. */

import { people } from "../../messages/english/people.ts";
import { addEnglish } from "../../messages/translate.ts";

addEnglish(people);
