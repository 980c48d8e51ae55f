/**
 * Composition root of the relay on Cloudflare: a Worker in front, a Durable Object for each room.
 *
 * The Worker decides who may open a socket and hands it to the object of the room that the address
 * names (decision 0026); it keeps nothing. It serves no page: the page lives on another origin.
 *
 * Rules (shared/SPEC.md, section RL): RL65 to RL67, RL73, RL80, RL90, and
 *   RL93  On Cloudflare the address of a socket names its room, or the socket is refused 400.
 */

import type {
  DurableObjectNamespace,
  DurableObjectState,
  Request,
  Response as Answer,
  WebSocket,
} from "@cloudflare/workers-types";
import type { Result } from "#shared/base/mod.ts";
import { PING, PONG } from "#shared/protocol/mod.ts";
import { addressPrefix } from "../../http/address-prefix.ts";
import { createApp } from "../../http/app.ts";
import { decideUpgrade, RELAY_PATH } from "../../http/upgrade-decision.ts";
import { refuse } from "./refusals.ts";
import { createRoomObject, type Knock, type RoomObject } from "./room-object.ts";
import { WebSocketRequestResponsePair } from "./workerd.ts";
import {
  readWorkerSettings,
  type WorkerSettings,
  type WorkerVariables,
} from "./worker-settings.ts";

interface Environment extends WorkerVariables {
  readonly ROOM: DurableObjectNamespace;
}

/** What ends a socket without a close frame. */
const LOST = 1006;
/** Written by the Worker over whatever a visitor sent under this name. */
const KNOCK_HEADER = "x-conclave-knock";

/** The object of one room, as the platform wants it. */
export class RelayRoom {
  readonly #room: RoomObject;

  constructor(context: DurableObjectState, environment: Environment) {
    const settings = readWorkerSettings(environment);
    // The Worker lets nobody through without settings, so this is an object that an alarm woke.
    if (!settings.ok) throw new Error(settings.error);
    context.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG)); // RL91
    this.#room = createRoomObject(context, settings.value);
  }

  fetch(request: Request): Promise<Answer> {
    return this.#room.knock(JSON.parse(request.headers.get(KNOCK_HEADER) ?? "") as Knock);
  }

  webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    return this.#room.takeMessage(socket, message);
  }

  webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    return this.#room.takeEnd(socket, code, reason);
  }

  webSocketError(socket: WebSocket): Promise<void> {
    return this.#room.takeEnd(socket, LOST, "");
  }

  alarm(): Promise<void> {
    return this.#room.takeAlarm();
  }
}

const pageless = { find: () => undefined };

async function answer(
  request: Request,
  settings: Result<WorkerSettings, string>,
): Promise<Answer> {
  if (!settings.ok) return refuse(503, settings.error); // RL90
  const app = createApp({
    files: pageless,
    relay: { limits: settings.value.relayLimits, isUp: () => true },
    reportError: (error) => console.error("Failed to answer a request:", error),
  });
  // Hono speaks the standard types, of which these are the platform's.
  return await app.fetch(request as unknown as globalThis.Request) as unknown as Answer;
}

async function openSocket(
  request: Request,
  environment: Environment,
  { origins }: WorkerSettings,
): Promise<Answer> {
  const { pathname, search } = new URL(request.url);
  const decision = decideUpgrade(
    {
      url: pathname + search,
      host: request.headers.get("host") ?? undefined,
      origin: request.headers.get("origin") ?? undefined,
    },
    origins,
  );
  if (decision.kind === "refuse") return refuse(decision.status, decision.text);
  const { relayOrigin, room } = decision;
  if (room === undefined) {
    return refuse(400, `The address of a socket names its room here: ${RELAY_PATH}?room=ID`); // RL93
  }
  // Cloudflare writes this header itself, over whatever a visitor sent.
  const visitor = addressPrefix(request.headers.get("cf-connecting-ip") ?? "") ?? "unknown";
  const knock: Knock = { relayOrigin, room, visitor };
  const headers = { ...Object.fromEntries(request.headers), [KNOCK_HEADER]: JSON.stringify(knock) };
  const object = environment.ROOM.get(environment.ROOM.idFromName(room));
  return await object.fetch(request.url, { headers });
}

export default {
  async fetch(request: Request, environment: Environment): Promise<Answer> {
    const settings = readWorkerSettings(environment);
    const isUpgrade = request.headers.get("upgrade")?.toLowerCase() === "websocket";
    if (!isUpgrade || !settings.ok) return await answer(request, settings);
    return await openSocket(request, environment, settings.value);
  },
};
