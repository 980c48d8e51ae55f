/** The page of the engines' bench: opens ways to an engine and asks them by name. */

import type { GenerateRequest } from "#shared/inference/mod.ts";
import { defaultModelHost } from "../../../../web/models/model-host.ts";
import {
  type ModelPlace,
  openBare,
  openLibrary,
  openOurs,
  starterProfile,
  type Timed,
  type Way,
} from "./ways.ts";
import "./null-gpu-here.ts";

const ways = new Map<string, Way>();

const openers = {
  "starter": () =>
    openOurs("production", starterProfile, { modelHost: defaultModelHost, force: undefined }),
  "starter-bare": () => openBare(),
  "web-llm": (place: ModelPlace) => openOurs("plain", place.profile, place.settings),
  "web-llm-observed": (place: ModelPlace) => openOurs("observed", place.profile, place.settings),
  "wllama": (place: ModelPlace) => openOurs("wllama", place.profile, place.settings),
  "web-llm-worker": (place: ModelPlace) => openLibrary("worker", place),
  "web-llm-page": (place: ModelPlace) => openLibrary("page", place),
} as const;

export type WayName = keyof typeof openers;

const face = {
  /** `place` is for every way but the starter's. */
  async open(name: WayName, place?: ModelPlace): Promise<void> {
    ways.set(name, await openers[name](place as ModelPlace));
  },
  async ask(name: WayName, request: GenerateRequest, tokens: number): Promise<Timed> {
    const way = ways.get(name);
    if (way === undefined) throw new Error(`Cannot ask ${name}: open it first`);
    return await way.ask(request, tokens);
  },
  async close(name: WayName): Promise<void> {
    await ways.get(name)?.close();
    ways.delete(name);
  },
};

export type EnginesFace = typeof face;

Object.assign(globalThis, { enginesBench: face });
