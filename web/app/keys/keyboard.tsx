/** The page's keys, once it can be used, and the help about them. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { isHelpOpen } from "./help-open.ts";
import { bindKeys } from "./key-bindings.ts";
import { KeySheet } from "./key-sheet.tsx";

export function Keyboard(): JSX.Element | null {
  useEffect(() => {
    const bound = new AbortController();
    const openHelp = (): void => {
      isHelpOpen.value = true;
    };
    bindKeys(openHelp, bound.signal);
    return () => bound.abort();
  }, []);
  if (!isHelpOpen.value) return null;
  const close = (): void => {
    isHelpOpen.value = false;
  };
  return <KeySheet onClose={close} />;
}
