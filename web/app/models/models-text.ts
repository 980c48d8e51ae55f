/**
 * Brings the words of personas, models and settings along with what speaks of them, not with the
 * page.
 */

import { personaAndModels } from "../messages/english/persona-models.ts";
import { addEnglish } from "../messages/translate.ts";

addEnglish(personaAndModels);
