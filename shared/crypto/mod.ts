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
export { createOpener, UNVERIFIED } from "./opener.ts";
export type { Opener } from "./opener.ts";
export { checkOpenerState } from "./opener-state.ts";
export { createRoomSecret, deriveRoom, readSecretOf, roomIdOf } from "./room-keys.ts";
export type { KeyPair, ReadRoomKeys, RoomKeys, RoomSecret, WriteRoomKeys } from "./room-keys.ts";
export { formatRoomLink, parseRoomLink } from "./room-link.ts";
export type { RoomLinkParts } from "./room-link.ts";
export { createSealer } from "./sealer.ts";
export type { Sealer } from "./sealer.ts";
export { createWebCrypto, findMissingAlgorithms } from "./web-crypto.ts";
