/** Brings the words of replies, pins and undoing along with what speaks of them. */

import { talk } from "../../messages/english/talk.ts";
import { addEnglish } from "../../messages/translate.ts";

addEnglish(talk);
