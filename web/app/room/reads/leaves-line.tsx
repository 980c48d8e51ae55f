/** Above the composer, before anything is sent: for whom what is written leaves this room. */

import type { JSX } from "preact";
import { useComputed } from "@preact/signals";
import { reads } from "../../messages/english/reads.ts";
import { addEnglish, formatList, plural } from "../../messages/translate.ts";
import { dropBidi } from "../../text/bidi.ts";
import { personaName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { whoReads } from "./who-reads.ts";

addEnglish(reads);

export function LeavesLine(): JSX.Element | null {
  const { state, canWrite } = useRoom();
  const words = useComputed(() => {
    const leaving = whoReads(state.value).filter(({ leavesFor }) => leavesFor !== undefined);
    if (leaving.length === 0) return undefined;
    const names = leaving.map(({ persona }) => personaName(state.value, persona));
    const hosts = [...new Set(leaving.map(({ leavesFor = "" }) => dropBidi(leavesFor)))];
    const values = { names: formatList(names), hosts: formatList(hosts) };
    return plural("reads.line", names.length, values);
  }).value;
  if (words === undefined || !canWrite.value) return null;
  return <p class="foot-line hint warn">{words}</p>;
}
