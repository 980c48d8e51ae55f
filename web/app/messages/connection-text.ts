/** Brings the words of a shared room's connection along with whatever speaks of it. */

import { connection } from "./english/connection.ts";
import { addEnglish } from "./translate.ts";

addEnglish(connection);
