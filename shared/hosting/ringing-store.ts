import type { PeerStore } from "../ports/peer-store.ts";

/** A peer store that rings after each commit that may have added a row to an outbox. */
export function createRingingStore(store: PeerStore, ring: (roomId: string) => void): PeerStore {
  return {
    addInput: (admission, signal) => store.addInput(admission, signal),
    updateInput: (id, expect, patch, signal) => store.updateInput(id, expect, patch, signal),
    liveInputs: (signal) => store.liveInputs(signal),
    inputsOf: (roomId, persona, inputsMax, signal) =>
      store.inputsOf(roomId, persona, inputsMax, signal),
    inputByKey: (key, signal) => store.inputByKey(key, signal),
    async commitReply(commit, signal) {
      const result = await store.commitReply(commit, signal);
      if (commit.outbox !== undefined) ring(commit.outbox.roomId);
      return result;
    },
    outbox: (roomId, rowsMax, signal) => store.outbox(roomId, rowsMax, signal),
    async addOutbox(row, signal) {
      const result = await store.addOutbox(row, signal);
      ring(row.roomId);
      return result;
    },
    sealOutbox: (order, sealed, signal) => store.sealOutbox(order, sealed, signal),
    removeOutbox: (order, signal) => store.removeOutbox(order, signal),
    segments: (roomId, persona, fromIndex, segmentsMax, signal) =>
      store.segments(roomId, persona, fromIndex, segmentsMax, signal),
    appendSegments: (append, signal) => store.appendSegments(append, signal),
    saveSession: (session, signal) => store.saveSession(session, signal),
    sessions: (roomId, signal) => store.sessions(roomId, signal),
    forgetSession: (roomId, persona, signal) => store.forgetSession(roomId, persona, signal),
  };
}
