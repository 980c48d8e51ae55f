/**
 * One call of a tool: its deadline, what it threw, and how much of its answer is kept.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC94  A call ends as a result, whatever the tool did: refused, thrown or later than `callMsMax`
 *         is an error result; only a defect is thrown on.
 *   SC95  A result longer than `resultCharsMax` is cut at a whole character and says so.
 */

import { Defect } from "../../base/assert.ts";
import { raceFirst, raceSignal } from "../../base/race.ts";
import type { Result } from "../../base/result.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ToolLimits } from "./limits.ts";
import type { Tool, ToolCall, ToolRefused } from "./tool.ts";

/** What the model reads. */
export interface ToolResult {
  readonly isError: boolean;
  readonly text: string;
  /** True when text was cut off it. */
  readonly isCut: boolean;
}

/** Aborting cancels the work and rejects with `signal.reason`. */
export async function callTool(
  tool: Tool,
  call: ToolCall,
  deps: { readonly clock: Clock; readonly limits: ToolLimits },
  signal: AbortSignal,
): Promise<ToolResult> {
  const { clock, limits } = deps;
  try {
    const ended = await raceFirst<Result<string, ToolRefused> | "late">([
      (inner) => raceSignal(tool.run(call, inner), inner),
      async (inner) => {
        await clock.sleep(limits.callMsMax, inner);
        return "late";
      },
    ], signal);
    if (ended === "late") return errorResult(`Not done after ${limits.callMsMax} ms`, limits);
    return ended.ok
      ? cutResult(false, ended.value, limits)
      : errorResult(`${ended.error.kind}: ${ended.error.detail}`, limits);
  } catch (error) {
    // A tool is foreign to the run: what it throws is its answer (SC94).
    signal.throwIfAborted();
    if (error instanceof Defect) throw error;
    return errorResult(error instanceof Error ? error.message : String(error), limits);
  }
}

export function errorResult(text: string, limits: ToolLimits): ToolResult {
  return cutResult(true, text, limits);
}

function cutResult(isError: boolean, text: string, limits: ToolLimits): ToolResult {
  const { resultCharsMax } = limits;
  if (text.length <= resultCharsMax) return { isError, text, isCut: false };
  const mark = `\n[cut: the whole has ${text.length} characters]`;
  const kept = text.slice(0, resultCharsMax - mark.length).replace(/[\ud800-\udbff]$/, ""); // SC95
  return { isError, text: `${kept}${mark}`, isCut: true };
}
