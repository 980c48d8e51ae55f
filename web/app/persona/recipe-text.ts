/** Brings the words of recipes along with whatever screen speaks of it, not with the page. */

import { recipes } from "../messages/english/recipes.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(recipes);
