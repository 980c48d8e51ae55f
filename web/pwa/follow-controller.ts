/** Watched from the page's first moment on; the rest of the talk with the service worker waits. */

/** Reloads this page when another build takes control of it: its own chunks may be gone then. */
export function followController(): void {
  if (!("serviceWorker" in navigator)) return;
  const container = navigator.serviceWorker;
  let isControlled = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    // The first one is the installation behind this very page.
    if (isControlled) location.reload();
    isControlled = true;
  });
}
