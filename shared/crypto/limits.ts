export const cryptoLimits = Object.freeze({
  /** A pasted address with its fragment; ours are below 200 characters and a relay hint. */
  linkCharsMax: 2_048,
  relayHintCharsMax: 400,
  /** A proof is for the socket that asked for it; a longer life would serve nobody. */
  admissionMsMax: 10 * 60_000,
  /** What a relay stores of one entry, before base64url: 60,000 characters of a 64 KiB frame. */
  sealedBytesMax: 45_000,
  /** 45,000 - 96 header - 64 signature - 16 tag, rounded down to a Padme length (21 x 2,048). */
  paddedBytesMax: 43_008,
  /** A genesis of 8 MiB (protocol/limits.ts) and slack: 197 parts. */
  eventBytesMax: 8 * 1024 * 1024 + 64 * 1024,
  partsMax: 200,
  /** Nesting of an event: what a database or a walker can take without a deep stack. */
  eventDepthMax: 64,
  /** JSON of one ephemeral. */
  ephemeralBytesMax: 16 * 1024,
  /** At the limit the device that wrote longest ago is forgotten until it introduces itself. */
  devicesMax: 512,
  /** Page loads remembered in all; at the limit the one used longest ago is forgotten. */
  pagesMax: 1_024,
  /** Unfinished events of all devices; at the limit the longest untouched is dropped. */
  pendingBytesMax: 16 * 1024 * 1024,
  /** Places of the own log that a claim can be compared at; who is live claims one of the last. */
  viewPlacesMax: 256,
  /** Forks of the history kept, the first of each device and epoch; at the limit CR40 chooses. */
  forksMax: 16,
  /** Devices counted whose forks are not kept; policy `drop-newest`. */
  otherForksMax: 64,
  /** Message keys kept imported by an opener; the one used longest ago goes first. */
  keysMax: 256,
});
