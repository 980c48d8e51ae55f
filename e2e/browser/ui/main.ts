/** The app's real screens on a hand-made client: `?scene=` chooses what it holds. Tests only. */

import { signal } from "@preact/signals";
import { takeJoinLink } from "../../../web/app/join-link.ts";
import { mountApp } from "../../../web/app/mount.tsx";
import { createFixtureClient } from "./fixture-client.ts";
import { fillScene } from "./scenes.ts";

const joinLink = takeJoinLink();
const client = createFixtureClient();
const scene = new URLSearchParams(location.search).get("scene") ?? "first";
fillScene(client, scene);
const updates = {
  isReady: signal(false),
  taken: 0,
  async apply() {
    updates.taken += 1;
  },
};
Object.assign(globalThis, { fixture: client, fixtureUpdates: updates });

const root = document.getElementById("root");
if (root !== null) mountApp(root, client, updates, joinLink);
