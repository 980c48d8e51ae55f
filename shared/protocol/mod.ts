export * from "./events.ts";
export { protocolLimits } from "./limits.ts";
export { type PixelSize, readJpegSize } from "./jpeg-size.ts";
export { loreChars } from "./lore-chars.ts";
export { type DecodeError, decodeRoomEvent } from "./decode-event.ts";
export * from "./relay-frames.ts";
export { parseSocketPath, roomSocketAddress } from "./relay-address.ts";
export { decodeEphemeral, type Ephemeral, type EphemeralPart } from "./ephemeral.ts";
export {
  decodeClientFrame,
  type DecodeFrameError,
  decodeServerFrame,
  encodeFrame,
} from "./decode-relay-frame.ts";
export { relayFrameLimits } from "./relay-frame-limits.ts";
export {
  admissionDecision,
  inputHeader,
  inputKind,
  inputMoves,
  inputPhase,
  privateWork,
  sessionState,
} from "./input-shapes.ts";
