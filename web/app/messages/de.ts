/**
 * German: all parts at once, fetched as one file when a person or their browser prefers it (SY196).
 */

import { attention } from "./german/attention.ts";
import { bring } from "./german/bring.ts";
import { cards } from "./german/cards.ts";
import { check } from "./german/check.ts";
import { connection } from "./german/connection.ts";
import { diagnostics } from "./german/diagnostics.ts";
import { downloads } from "./german/downloads.ts";
import { endpoints } from "./german/endpoints.ts";
import { engine } from "./german/engine.ts";
import { errors } from "./german/errors.ts";
import { goodFor } from "./german/good-for.ts";
import { handedIn } from "./german/handed-in.ts";
import { hosting } from "./german/hosting.ts";
import { images } from "./german/images.ts";
import { invite } from "./german/invite.ts";
import { talk } from "./german/talk.ts";
import { keys } from "./german/keys.ts";
import { leaving } from "./german/leaving.ts";
import { lost } from "./german/lost.ts";
import { moving } from "./german/moving.ts";
import { newRoom } from "./german/new-room.ts";
import { people } from "./german/people.ts";
import { personaAndModels } from "./german/persona-models.ts";
import { reads } from "./german/reads.ts";
import { recipes } from "./german/recipes.ts";
import { roomFile } from "./german/room-file.ts";
import { roomOptions } from "./german/room-options.ts";
import { room } from "./german/room.ts";
import { search } from "./german/search.ts";
import { session } from "./german/session.ts";
import { shared } from "./german/shared.ts";
import { shell } from "./german/shell.ts";
import { side } from "./german/side.ts";
import { spoken } from "./german/spoken.ts";
import type { English, Translated } from "./translate.ts";

export const messages: Translated<English> = {
  ...attention,
  ...bring,
  ...cards,
  ...check,
  ...connection,
  ...diagnostics,
  ...downloads,
  ...endpoints,
  ...engine,
  ...errors,
  ...goodFor,
  ...handedIn,
  ...hosting,
  ...images,
  ...invite,
  ...talk,
  ...keys,
  ...leaving,
  ...lost,
  ...moving,
  ...newRoom,
  ...people,
  ...personaAndModels,
  ...reads,
  ...recipes,
  ...roomFile,
  ...roomOptions,
  ...room,
  ...search,
  ...session,
  ...shared,
  ...shell,
  ...side,
  ...spoken,
};
