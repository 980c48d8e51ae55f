import type { StreamFrame as SessionFrame } from "../../session/session.ts";

/** Part of what a persona of some room is saying (D33). */
export interface StreamFrame extends SessionFrame {
  readonly roomId: string;
}
