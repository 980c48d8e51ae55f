export { type OutboxDeps, sendOutbox } from "./outbox.ts";
export { syncLimits } from "./limits.ts";
export {
  type AppendDecision,
  decideAppend,
  type MeasuredEntry,
  measureEntry,
  type SequencerLimits,
  type SequencerView,
} from "./local-sequencer.ts";
