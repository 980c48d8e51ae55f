/** Whether the help about keys is open: a key, the rail and the settings open it. */

import { type Signal, signal } from "@preact/signals";

export const isHelpOpen: Signal<boolean> = signal(false);
