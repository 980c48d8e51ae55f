export { type OutboxDeps, sendOutbox } from "./outbox.ts";
export { syncLimits } from "./limits.ts";
