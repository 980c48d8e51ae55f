/** Brings the words of the search along. */

import { search } from "../messages/english/search.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(search);
