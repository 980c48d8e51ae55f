export type { ChildExit, ChildReason, ChildSpec, NotReady, RunningChild } from "./child.ts";
export type { EngineChild } from "./engine-child.ts";
export { isFatalEngineError, notReadyFromEngine } from "./engine-readiness.ts";
export { endpointLimits, type SupervisionLimits, supervisionLimits } from "./limits.ts";
export {
  decideProcess,
  type ProcessBackend,
  type ProcessDecision,
  type ProcessFacts,
  type ProcessRefusal,
} from "./process-gate.ts";
export {
  decideRestart,
  emptyHistory,
  type RestartDecision,
  type RestartHistory,
  type RestartLimits,
} from "./restart-policy.ts";
export {
  decideSpawn,
  type SpawnDecision,
  type SpawnFacts,
  type SpawnRefusal,
} from "./spawn-gate.ts";
export {
  type ExitRecord,
  type SupervisionCommand,
  type SupervisionPhase,
  type SupervisionStatus,
  troubleOf,
} from "./supervision-state.ts";
export { createSupervisor, type Supervisor, type SupervisorDeps } from "./supervise.ts";
export {
  checkPulse,
  hearBeat,
  markLoading,
  type PulseState,
  type PulseVerdict,
  startPulse,
} from "./worker-pulse.ts";
