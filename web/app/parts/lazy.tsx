/** A screen or a part of one whose code arrives when it is first shown: the page stays small. */

import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../messages/translate.ts";

type Loaded<Props> =
  | { readonly phase: "loading" }
  | { readonly phase: "loaded"; readonly Screen: ComponentType<Props> }
  | { readonly phase: "failed" };

type Load<Props> = () => Promise<ComponentType<Props>>;

type Lazy<Props> = ((props: Props) => JSX.Element | null) & { preload(): void };

/** Makes a component of `load`; `preload` fetches the code before it is needed. */
export function lazyScreen<Props extends object>(
  load: Load<Props>,
  /** Stands in until the code is there; a part of a screen is no `main`. */
  whileLoading: JSX.Element | null = (
    <main id="main" class="screen" tabIndex={-1} aria-busy="true" />
  ),
): Lazy<Props> {
  return lazy(load, () => whileLoading, () => <ScreenFailed />);
}

/** The same for a part beside others, of which a line tells if it does not come. */
export function lazyPart<Props extends object>(
  load: Load<Props>,
  whileLoading: JSX.Element | null = null,
): Lazy<Props> {
  return lazy(load, () => whileLoading, (_props, tryAgain) => <PartFailed tryAgain={tryAgain} />);
}

/** The same where `plain` says enough until the code is there, and if it does not come. */
export function lazyInstead<Props extends object>(
  load: Load<Props>,
  plain: (props: Props) => JSX.Element,
): Lazy<Props> {
  return lazy(load, plain, plain);
}

function lazy<Props extends object>(
  load: Load<Props>,
  drawLoading: (props: Props) => JSX.Element | null,
  drawFailed: (props: Props, tryAgain: () => void) => JSX.Element,
): Lazy<Props> {
  let loaded: Loaded<Props> = { phase: "loading" };
  let pending: Promise<void> | undefined;
  const start = (): Promise<void> => {
    pending ??= load().then((Screen) => {
      loaded = { phase: "loaded", Screen };
    }).catch(() => {
      // The code did not arrive (no network, old page): it is asked for again at the next try.
      loaded = { phase: "failed" };
      pending = undefined;
    });
    return pending;
  };
  function Lazy(props: Props): JSX.Element | null {
    const [state, setState] = useState(loaded);
    const [tries, setTries] = useState(0);
    useEffect(() => {
      let shown = true;
      void start().then(() => shown && setState(loaded));
      return () => {
        shown = false;
      };
    }, [tries]);
    if (state.phase === "loaded") return <state.Screen {...props} />;
    if (state.phase === "failed") return drawFailed(props, () => setTries(tries + 1));
    return drawLoading(props);
  }
  return Object.assign(Lazy, { preload: () => void start() });
}

function ScreenFailed(): JSX.Element {
  return (
    <main id="main" class="screen screen-message" tabIndex={-1}>
      <h1>{t("app.screen-failed")}</h1>
      <p>{t("app.screen-failed-do")}</p>
      <button type="button" class="button button-key" onClick={() => location.reload()}>
        {t("app.reload")}
      </button>
    </main>
  );
}

function PartFailed({ tryAgain }: { readonly tryAgain: () => void }): JSX.Element {
  return (
    <p class="hint" role="status">
      {t("app.screen-failed")}.{" "}
      <button type="button" class="link-button" onClick={tryAgain}>{t("do.retry")}</button>
    </p>
  );
}
