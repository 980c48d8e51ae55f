export const inferenceLimits = Object.freeze({
  /** A cancelled generation is acknowledged in this time or its engine is killed (IN3). */
  cancelAckMsMax: 1_000,
  /**
   * Readiness by one real token, load excluded. Software adapters prefill 64 tokens in about 8 s.
   */
  probeMsMax: 30_000,
  /**
   * A worker that computes on the cpu lets messages in this often: 0.3 ms, a seventh of the
   * starter's token, and a cancel has a second.
   */
  yieldMs: 8,
  heartbeatMs: 2_000,
  /** Three missed heartbeats and a spare second. */
  heartbeatLostMs: 7_000,
  /** While a model loads: compiling wasm and tokenisers blocks a slow worker for seconds. */
  heartbeatLostLoadingMs: 60_000,
  /** The worker's script is fetched, parsed and answers; 555 kB on a slow phone. */
  workerStartMsMax: 20_000,
  /** Text batches per second from worker to page: one each 50 ms. */
  textBatchMs: 50,
  /** Unacknowledged text batches on the port before the worker waits: 64 x 50 ms is 3 s of text. */
  creditBatchesMax: 64,
  /** A GPU is asked for memory in pieces that every WebGPU device allows as one buffer. */
  gpuPieceBytes: 256 * 2 ** 20,
  /** No model of the catalogue takes more: 64 pieces. */
  gpuRoomBytesMax: 16 * 2 ** 30,
  /** Past it nothing is known of the GPU's memory: a piece takes milliseconds. */
  gpuRoomMsMax: 20_000,
  segmentsMax: 4_096,
  /** All segments of a prompt: 128,000 tokens at 4 bytes. */
  promptBytesMax: 512 * 1024,
  /** Of a prompt; each may take thousands of tokens. */
  imagesMax: 4,
  /** Of one image; a room's are smaller (D41). */
  imageBytesMax: 256 * 1024,
  stopStringsMax: 16,
  stopCharsMax: 128,
  tokensMaxMax: 4_096,
  /** The 64 personas of a room, and eight words beside them such as "nobody". */
  choicesMax: 72,
  /** Names are at most 80 characters. */
  choiceCharsMax: 128,
  /** A schema of JSON replies: 32 tools of four arguments at 100 characters each. */
  schemaCharsMax: 16 * 1024,
  /** Ids and persona names of a request; `ps_` and `in_` ids are under 64. */
  idCharsMax: 256,
});
