/**
 * The first code of the page: takes a room's key out of the address before anything else runs.
 *
 * What is imported before it would run before it, so it imports the one function it calls.
 */

import { takeJoinLink } from "./app/join-link.ts";

/** The fragment of the invite link that the page was opened with, without `#`. */
export const joinLink: string | undefined = takeJoinLink();
