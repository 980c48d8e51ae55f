/**
 * Admission: the one gate of a device, with its permits.
 *
 * Owns the gate's present state and tells the holder when a permit ends that he did not give back.
 * Does not own time (an argument, ms of one monotonic clock), the lanes' work or any queue.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP51  A permit is given back once, when it is disposed of; one that has ended gives nothing
 *         back, though another has its id by then.
 *   TP52  A permit that ends by revocation or expiry aborts its signal with the reason and is told
 *         once; one that is asked back is told, and its work goes on.
 */

import { assert } from "../../base/assert.ts";
import { err, ok } from "../../base/result.ts";
import type { Result } from "../../base/result.ts";
import { admitCall, emptyAdmissionGate, setGateLane } from "./admission-gate.ts";
import type { AdmissionGate, AdmissionRefusal, AdmissionRequest } from "./admission-gate.ts";
import type { GateLane, LaneError } from "./admission-gate.ts";
import { reapHolds, releaseHold, renewHold, revokeHold } from "./hold-registry.ts";
import type { Hold, HoldError } from "./hold-registry.ts";

/** A place held. Dispose of it on every way out of the work. */
export interface Permit extends Disposable {
  readonly holdId: string;
  /** Aborts the work: the place is lost. */
  readonly signal: AbortSignal;
  /** Holds the place for the lane's `holdMs` from now. */
  renew(nowMs: number): Result<Hold, HoldError>;
}

/** What a holder is told; as data, since it is also the reason of the signal. */
export interface HoldNotice {
  readonly kind: "revoked" | "expired" | "asked-back";
  readonly hold: Hold;
}

export interface Admission {
  /** Opens a lane or changes its limits, also below what is held. */
  setLane(lane: GateLane): Result<void, LaneError>;
  /** Reaps, then asks the gate. */
  admit(request: AdmissionRequest, nowMs: number): Result<Permit, AdmissionRefusal>;
  /** Takes a permit back as its lane's policy says. */
  revoke(holdId: string, graceMs: number, nowMs: number): Result<HoldNotice, HoldError>;
  /** Ends what has expired, and says what that was. */
  reap(nowMs: number): Result<readonly Hold[], HoldError>;
  snapshot(): AdmissionGate;
}

/** Creates an admission without lanes. `onNotice` is called in the middle of a call and waits. */
export function createAdmission(onNotice: (notice: HoldNotice) => void): Admission {
  let gate = emptyAdmissionGate;
  const controllers = new Map<string, AbortController>();

  const end = (notice: HoldNotice): void => {
    const controller = controllers.get(notice.hold.holdId);
    controllers.delete(notice.hold.holdId);
    controller?.abort(notice); // TP52
    onNotice(notice);
  };

  const reap = (nowMs: number): Result<readonly Hold[], HoldError> => {
    const reaped = reapHolds(gate.holds, nowMs);
    if (!reaped.ok) return reaped;
    gate = { ...gate, holds: reaped.value.registry };
    for (const hold of reaped.value.ended) end({ kind: "expired", hold });
    return ok(reaped.value.ended);
  };

  const createPermit = ({ holdId, laneKey }: Hold): Permit => {
    const controller = new AbortController();
    controllers.set(holdId, controller);
    const isOver = (): boolean => controllers.get(holdId) !== controller;
    return {
      holdId,
      signal: controller.signal,
      renew(nowMs) {
        if (isOver()) return err({ kind: "hold-missing", holdId });
        const lane = gate.lanes.get(laneKey ?? "");
        assert(lane !== undefined, `Cannot renew ${holdId}: its lane is gone`);
        const renewed = renewHold(gate.holds, holdId, nowMs + lane.holdMs, nowMs);
        if (!renewed.ok) return renewed;
        gate = { ...gate, holds: renewed.value.registry };
        return ok(renewed.value.hold);
      },
      [Symbol.dispose]() {
        if (isOver()) return; // TP51
        controllers.delete(holdId);
        const released = releaseHold(gate.holds, holdId);
        assert(released.ok, `Cannot release ${holdId}: it is not held`);
        gate = { ...gate, holds: released.value.registry };
      },
    };
  };

  return {
    setLane(lane) {
      const changed = setGateLane(gate, lane);
      if (!changed.ok) return changed;
      gate = changed.value;
      return ok(undefined);
    },
    admit(request, nowMs) {
      const reaped = reap(nowMs);
      if (!reaped.ok) return reaped;
      const admitted = admitCall(gate, request, nowMs);
      if (!admitted.ok) return admitted;
      gate = admitted.value.gate;
      return ok(createPermit(admitted.value.hold));
    },
    revoke(holdId, graceMs, nowMs) {
      const revoked = revokeHold(gate.holds, holdId, graceMs, nowMs);
      if (!revoked.ok) return revoked;
      const { kind, registry, hold } = revoked.value;
      gate = { ...gate, holds: registry };
      const notice: HoldNotice = { kind: kind === "ended" ? "revoked" : kind, hold };
      if (kind === "ended") end(notice);
      else onNotice(notice);
      return ok(notice);
    },
    reap,
    snapshot: () => gate,
  };
}
