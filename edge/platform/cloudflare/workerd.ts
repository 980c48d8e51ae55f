/**
 * What workerd has and Node has not, or has under the same name with other types.
 *
 * The types of its globals would replace those of Node in this program, so its modules take them
 * from here. Nothing but the Worker may import this file: elsewhere the names are undefined.
 */

import type * as types from "@cloudflare/workers-types";

interface WorkerdGlobals {
  readonly Response: typeof types.Response;
  readonly WebSocketPair: typeof types.WebSocketPair;
  readonly WebSocketRequestResponsePair: typeof types.WebSocketRequestResponsePair;
}

export const { Response, WebSocketPair, WebSocketRequestResponsePair } =
  globalThis as unknown as WorkerdGlobals;
