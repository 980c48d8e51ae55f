export * from "./events.ts";
export { protocolLimits } from "./limits.ts";
export { type DecodeError, decodeRoomEvent } from "./decode-event.ts";
