/** The planners in a real browser, for planning.spec.ts. */

import { planningDigest } from "../../../shared/testing/planning/planning-sample.ts";

export interface PlanningHarness {
  digest(): string;
}

const harness: PlanningHarness = { digest: planningDigest };
Object.assign(globalThis, { planningHarness: harness });
