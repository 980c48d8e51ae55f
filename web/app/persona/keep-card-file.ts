import { createCardFiles } from "../../adapters/idb-card-files.ts";

/** Whether the file of a persona's card is kept here now. The tab's end is the only end of it. */
export async function keepCardFile(persona: string, bytes: Uint8Array): Promise<boolean> {
  const kept = await createCardFiles().keep(persona, bytes, new AbortController().signal);
  return kept.ok;
}

/** Keeps the file that a room brought along, unless one of this persona is kept here already. */
export async function keepMissingCardFile(persona: string, bytes: Uint8Array): Promise<boolean> {
  const found = await createCardFiles().find(persona, new AbortController().signal);
  return found.ok && (found.value !== undefined || await keepCardFile(persona, bytes));
}

/** What cannot be forgotten now makes way when newer files come (PL49). */
export async function forgetCardFile(persona: string): Promise<void> {
  await createCardFiles().forget(persona, new AbortController().signal);
}

/** The bytes that are kept here now. */
export async function readCardFile(persona: string): Promise<Uint8Array | undefined> {
  const found = await createCardFiles().find(persona, new AbortController().signal);
  return found.ok ? found.value : undefined;
}
