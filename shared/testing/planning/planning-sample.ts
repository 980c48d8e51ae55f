/**
 * What both planners make of many requests, as one digest: the same on every run time (D14).
 */

import { fc } from "../properties.ts";
import { canonicalJson } from "../../base/canonical-json.ts";
import { stableKey } from "../../base/stable-key.ts";
import { planThroughput } from "../../planning/throughput/plan-throughput.ts";
import { anyThroughputRequest } from "./throughput-kit.ts";
import { planTurn } from "../../planning/turn/plan-turn.ts";
import { anyTurnRequest } from "./turn-kit.ts";

const REQUESTS = 300;

export function planningDigest(): string {
  const options = { numRuns: REQUESTS, seed: 20_260_101 };
  const turns = fc.sample(anyTurnRequest, options).map((request) => ({
    request,
    answer: planTurn(request),
  }));
  const jobs = fc.sample(anyThroughputRequest, options).map((request) => ({
    request,
    answer: planThroughput(request),
  }));
  return stableKey(
    [...turns, ...jobs].flatMap(({ request, answer }) => [
      // Requests hold NaN and Infinity, which JSON does not have.
      JSON.stringify(request),
      canonicalJson(JSON.parse(JSON.stringify(answer))),
    ]),
  );
}
