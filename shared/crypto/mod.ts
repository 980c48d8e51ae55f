/**
 * End-to-end encryption of shared rooms, over ports/crypto (decision 0012).
 *
 * A link holds a secret; from it follow the room's id, its admission keys and its message key. A
 * relay checks admission and sees envelopes; peers seal and open them.
 */

export { proveAdmission, verifyAdmission } from "./admission.ts";
export type { AdmissionChallenge, AdmissionCheck } from "./admission.ts";
export { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
export { createDeviceKeys, deviceIdOf } from "./device-keys.ts";
export { contentHashOf, entryIdOf } from "./envelope.ts";
export { cryptoLimits } from "./limits.ts";
export { historyCodeOf } from "./history-code.ts";
export type { HistoryCode } from "./history-code.ts";
export { createOpener, UNVERIFIED } from "./opener.ts";
export type { Opener } from "./opener.ts";
export type { HistoryFork, LogView } from "./log-views.ts";
export { checkOpenerState, knownDevices, openerStateForOthers } from "./opener-state.ts";
export type { KnownDevice, OpenerStateError } from "./opener-state.ts";
export { openMove, sealMove } from "./move-boxes.ts";
export type { Move, MoveBoxError, SealedMove } from "./move-boxes.ts";
export { createRoomSecret, deriveRoom, readSecretOf, roomIdOf, roomSecretOf } from "./room-keys.ts";
export type { KeyPair, ReadRoomKeys, RoomKeys, RoomSecret, WriteRoomKeys } from "./room-keys.ts";
export { formatRoomLink, parseRoomLink } from "./room-link.ts";
export type { RoomLinkParts } from "./room-link.ts";
export { fingerprintOf, safetyCodeOf } from "./safety-code.ts";
export type { DevicePublicKeys, SafetyCode } from "./safety-code.ts";
export { createSealer } from "./sealer.ts";
export type { Sealer } from "./sealer.ts";
export { createWebCrypto, findMissingAlgorithms } from "./web-crypto.ts";
