/** The page of the engines' bench: opens ways to an engine and asks them by name. */

import type { GenerateRequest } from "#shared/inference/mod.ts";
import { defaultModelHost } from "../../../../web/models/model-host.ts";
import {
  openBare,
  openLibrary,
  openOurs,
  starterProfile,
  type Timed,
  type Way,
  type WebLlmPlace,
} from "./ways.ts";
import "./null-gpu-here.ts";

const ways = new Map<string, Way>();

const openers = {
  "starter": () =>
    openOurs("production", starterProfile, { modelHost: defaultModelHost, force: undefined }),
  "starter-bare": () => openBare(),
  "web-llm": (place: WebLlmPlace) => openOurs("plain", place.profile, place.settings),
  "web-llm-observed": (place: WebLlmPlace) => openOurs("observed", place.profile, place.settings),
  "web-llm-worker": (place: WebLlmPlace) => openLibrary("worker", place),
  "web-llm-page": (place: WebLlmPlace) => openLibrary("page", place),
} as const;

export type WayName = keyof typeof openers;

const face = {
  /** `place` is for the ways to web-llm. */
  async open(name: WayName, place?: WebLlmPlace): Promise<void> {
    ways.set(name, await openers[name](place as WebLlmPlace));
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
