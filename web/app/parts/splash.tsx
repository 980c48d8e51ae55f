/** The key, alone on the page. */

import type { JSX } from "preact";
import { Icon } from "./icon.tsx";

export function Splash(): JSX.Element {
  return (
    <span class="splash">
      <Icon name="key" size={56} />
    </span>
  );
}
