/** A screen whose code arrives when it is first shown: the start of the page stays small. */

import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../messages/translate.ts";

type Loaded<Props> =
  | { readonly phase: "loading" }
  | { readonly phase: "loaded"; readonly Screen: ComponentType<Props> }
  | { readonly phase: "failed" };

/** Makes a component of `load`; `preload` fetches the code before it is needed. */
export function lazyScreen<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  /** Stands in until the code is there; a part of a screen is no `main`. */
  whileLoading: JSX.Element | null = <main id="main" class="screen" aria-busy="true" />,
): ((props: Props) => JSX.Element | null) & { preload(): void } {
  let loaded: Loaded<Props> = { phase: "loading" };
  let pending: Promise<void> | undefined;
  const start = (): Promise<void> => {
    pending ??= load().then((Screen) => {
      loaded = { phase: "loaded", Screen };
    }).catch(() => {
      // The code did not arrive (no network, old page): the screen says so and a reload tries
      // again.
      loaded = { phase: "failed" };
    });
    return pending;
  };
  function Lazy(props: Props): JSX.Element | null {
    const [state, setState] = useState(loaded);
    useEffect(() => {
      let shown = true;
      void start().then(() => shown && setState(loaded));
      return () => {
        shown = false;
      };
    }, []);
    if (state.phase === "loaded") return <state.Screen {...props} />;
    if (state.phase === "failed") return <ScreenFailed />;
    return whileLoading;
  }
  return Object.assign(Lazy, { preload: () => void start() });
}

function ScreenFailed(): JSX.Element {
  return (
    <main id="main" class="screen screen-message">
      <h1>{t("app.screen-failed")}</h1>
      <p>{t("app.screen-failed-do")}</p>
      <button type="button" class="button button-key" onClick={() => location.reload()}>
        {t("app.reload")}
      </button>
    </main>
  );
}
