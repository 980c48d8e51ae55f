/** Why a persona has no host, in words, and the next step for who reads them (HO150, HO151). */

import "../../supervision/hosting-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import {
  type DeviceObstacle,
  type HostOutlook,
  hostOutlook,
  type PersonaState,
  type RoomState,
} from "#shared/room/mod.ts";
import type { AppSnapshot } from "../../../client/app-client.ts";
import { formatList, formatNumber, t } from "../../messages/translate.ts";
import { modelName } from "../../models/model-names.ts";
import { describeReason } from "../../models/model-reasons.ts";
import { formatBytes } from "../../parts/format.ts";
import { cleanName } from "../../text/clean-name.ts";
import { hostName, personaName } from "../room-names.ts";

/** What the words depend on besides the persona. */
export interface OutlookContext {
  readonly state: RoomState;
  readonly ownDevice: string;
  readonly canWrite: boolean;
  readonly models: AppSnapshot["models"];
  /** Whether the fits in `models` are of this device; before an engine ran nothing is known. */
  readonly isDeviceKnown: boolean;
}

type Nobody = Extract<HostOutlook, { readonly phase: "nobody" }>;

/** Personas whom nobody can host for the same reasons. */
export interface HostlessGroup {
  readonly personas: readonly string[];
  /** "Nobody can host Ada and Bo: needs 2.3 GB of memory, WebGPU with shader-f16". */
  readonly happened: string;
  readonly step: string;
  /** One line per device of the room, the nearest first. */
  readonly devices: readonly string[];
}

/** In the order of the cast. */
export function listHostless(context: OutlookContext): readonly HostlessGroup[] {
  const groups = new Map<string, { readonly personas: PersonaState[]; readonly nobody: Nobody }>();
  for (const persona of context.state.personas.values()) {
    if (persona.removed) continue;
    const outlook = hostOutlook(context.state, persona);
    if (outlook.phase !== "nobody") continue;
    const key = JSON.stringify([persona.requirement, persona.hosts, outlook]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { personas: [persona], nobody: outlook });
    else group.personas.push(persona);
  }
  return [...groups.values()].map(({ personas, nobody }) => describe(context, personas, nobody));
}

/** For her place in the cast; undefined while she has a host. */
export function describeHostless(
  context: OutlookContext,
  persona: PersonaState,
): string | undefined {
  const outlook = hostOutlook(context.state, persona);
  const name = personaName(context.state, persona.id);
  switch (outlook.phase) {
    case "hosted":
      return undefined;
    case "takeover":
      return takesOver(context, outlook.devices[0], name);
    case "nobody": {
      const needs = needsOf(context, persona);
      return needs === "" ? t("outlook.nobody", { name }) : t("outlook.nobody-needs", {
        name,
        needs,
      });
    }
    default:
      return unreachable(outlook);
  }
}

/** What is to say and to do about a turn that found no host, as things stand now. */
export function adviseHostless(
  context: OutlookContext,
  persona: string,
): { readonly text?: string; readonly advice: string } | undefined {
  const known = context.state.personas.get(persona);
  if (known === undefined || known.removed) return undefined;
  const outlook = hostOutlook(context.state, known);
  if (outlook.phase === "nobody") {
    const { happened, step } = describe(context, [known], outlook);
    return { text: `${happened}.`, advice: `${step} ${t("outlook.do-again")}` };
  }
  const device = outlook.phase === "hosted" ? outlook.device : outlook.devices[0];
  const host = hostName(context.state, device, context.ownDevice);
  const name = personaName(context.state, persona);
  return { advice: t("outlook.now", { host: upperFirst(host), name }) };
}

function takesOver(
  { state, ownDevice }: OutlookContext,
  device: string | undefined,
  name: string,
): string {
  return device === ownDevice
    ? t("outlook.takes-over-own", { name })
    : t("outlook.takes-over", { host: hostName(state, device, ownDevice), name });
}

function describe(
  context: OutlookContext,
  personas: readonly PersonaState[],
  nobody: Nobody,
): HostlessGroup {
  const names = formatList(personas.map(({ id }) => personaName(context.state, id)));
  const [first] = personas;
  const needs = first === undefined ? "" : needsOf(context, first);
  return {
    personas: personas.map(({ id }) => id),
    happened: needs === ""
      ? t("outlook.title", { names })
      : t("outlook.title-needs", { names, needs }),
    step: first === undefined ? "" : stepOf(context, first, names, nobody),
    devices: nobody.devices.map((one) => describeDevice(context, first, names, one)),
  };
}

/** Every model has as much: to say that she needs it would only confuse. */
const CONTEXT_TOKENS_ANY = 512;

/** "the model Qwen3 1.7B, 2.3 GB of memory, WebGPU with shader-f16"; empty: any model will do. */
function needsOf(context: OutlookContext, { requirement }: PersonaState): string {
  const { modelId, contextTokensMin } = requirement;
  const parts: string[] = [];
  if (modelId !== undefined) {
    const row = rowOf(context, modelId);
    if (row === undefined && context.models.phase === "loaded") {
      parts.push(t("outlook.need-unknown", { model: modelId }));
    } else {
      parts.push(t("outlook.need-model", { model: modelName(context.models, modelId) }));
    }
    if (row !== undefined) parts.push(...needsOfModel(row.profile));
  }
  if (contextTokensMin > CONTEXT_TOKENS_ANY) {
    parts.push(t("outlook.need-context", { count: formatNumber(contextTokensMin) }));
  }
  return parts.join(", ");
}

function needsOfModel({ memoryBytes, needsWebGpu, requiredFeatures }: ModelProfile): string[] {
  const memory = t("outlook.need-memory", { size: formatBytes(memoryBytes) });
  if (!needsWebGpu) return [memory];
  const features = formatList(requiredFeatures);
  return [
    memory,
    features === "" ? t("outlook.need-webgpu") : t("outlook.need-webgpu-feature", { features }),
  ];
}

function rowOf({ models }: OutlookContext, modelId: string | undefined) {
  if (models.phase !== "loaded") return undefined;
  return models.rows.find(({ profile }) => profile.id === modelId);
}

function stepOf(
  context: OutlookContext,
  persona: PersonaState,
  names: string,
  { missing, devices }: Nobody,
): string {
  const { state, ownDevice, canWrite } = context;
  const nearest = hostName(state, devices[0]?.device, ownDevice);
  switch (missing) {
    case "not-allowed": {
      const named = persona.hosts === "any" ? [] : persona.hosts;
      const hosts = formatList(named.map((id) => hostName(state, id, ownDevice)));
      return t("outlook.do-not-allowed", { hosts, names });
    }
    case "not-for-others":
      return t("outlook.do-not-for-others", { host: upperFirst(nearest) });
    case "context":
      return t("outlook.do-context");
    case "model":
    case "no-model":
    case "away": {
      const model = modelStep(context, persona, names);
      if (model !== undefined) return model;
      if (missing === "no-model") return t("outlook.do-no-model");
      return t(canWrite ? "outlook.do-away" : "outlook.do-away-read");
    }
    default:
      return unreachable(missing);
  }
}

/** Undefined where any model will do. */
function modelStep(
  context: OutlookContext,
  { requirement }: PersonaState,
  names: string,
): string | undefined {
  const { modelId } = requirement;
  if (modelId === undefined) return undefined;
  const row = rowOf(context, modelId);
  if (row === undefined) return t("outlook.do-model", { names });
  if (context.canWrite && context.isDeviceKnown && row.fit !== "will-not") {
    return t("outlook.do-choose", { model: cleanName(row.profile.name) });
  }
  return t("outlook.do-open", { needs: needsOfModel(row.profile).join(", "), names });
}

function describeDevice(
  context: OutlookContext,
  persona: PersonaState | undefined,
  names: string,
  { device: id, obstacle }: DeviceObstacle,
): string {
  const { state, ownDevice, models } = context;
  const isOwn = id === ownDevice;
  const device = isOwn ? t("outlook.device-own") : hostName(state, id, ownDevice);
  switch (obstacle.kind) {
    case "not-allowed":
      return t("outlook.device-not-allowed", { device, names });
    case "not-for-others":
      return t("outlook.device-not-for-others", { device });
    case "context":
      return t("outlook.device-context", { device, count: formatNumber(obstacle.contextTokens) });
    case "model": {
      const runs = formatList(obstacle.modelIds.map((modelId) => modelName(models, modelId)));
      const line = t("outlook.device-model", { device, models: runs });
      // Of this device alone it is known why it does not run hers.
      const why = isOwn ? rowOf(context, persona?.requirement.modelId)?.reasons ?? [] : [];
      return [`${line}.`, ...why.map(describeReason)].join(" ");
    }
    case "no-model":
      return t("outlook.device-no-model", { device });
    case "away":
      return t("outlook.device-away", { device });
    default:
      return unreachable(obstacle);
  }
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
