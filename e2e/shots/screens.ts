/**
 * Every screen in every state, by name.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY240 Every screen and state has a name of its own in one list; `npm run shots` draws all of
 *         them, narrow and wide, by day and by night.
 */

import type { Screen } from "./screen.ts";
import { deviceScreens } from "./screens/device.ts";
import { personaScreens } from "./screens/persona.ts";
import { roomScreens } from "./screens/room.ts";
import { sharedScreens } from "./screens/shared.ts";
import { startScreens } from "./screens/start.ts";
import { talkScreens } from "./screens/talk.ts";

export const screens: readonly Screen[] = [
  ...startScreens,
  ...roomScreens,
  ...talkScreens,
  ...sharedScreens,
  ...personaScreens,
  ...deviceScreens,
];
