/**
 * The images of the message that is being written: chosen, dropped or pasted, kept on this device
 * until they are sent or removed. What encodes them arrives with the first.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import type { ImageDraft } from "../../../client/app-client.ts";
import { useApp } from "../../app-context.ts";

export interface Attachments {
  readonly drafts: readonly ImageDraft[];
  /** Files that are being made smaller. */
  readonly busyCount: number;
  /** Why the last file was not attached, in words; empty when it was. */
  readonly refusal: string;
  /** `onAttached` tells of each file that was kept. */
  add(files: Iterable<File>, onAttached?: () => void): void;
  describe(draft: ImageDraft, alt: string): void;
  remove(draft: ImageDraft): void;
  /** Resolves when everything that was done to them is kept. */
  settled(): Promise<void>;
  /** The message that has them is sent, or came back with these. */
  show(drafts: readonly ImageDraft[]): void;
}

export function useAttachments(roomId: string): Attachments {
  const { images, typedCarried } = useApp().client;
  const carried = typedCarried.value; // SY276
  const [drafts, setDrafts] = useState<readonly ImageDraft[]>([]);
  const [busyCount, setBusyCount] = useState(0);
  const [refusal, setRefusal] = useState("");
  const work = useRef<Promise<unknown>>(Promise.resolve());
  /** One after another, so that the places of files follow their order. */
  const queue = (task: () => Promise<unknown>): void => {
    work.current = work.current.then(task);
  };
  useEffect(() => {
    let isShown = true;
    // Behind what is under way, which would be shown twice or not at all.
    queue(async () => {
      const kept = await images.drafts(roomId);
      if (isShown && kept.ok) setDrafts(kept.value);
    });
    return () => {
      isShown = false;
    };
  }, [roomId, carried]);
  const replace = (next: ImageDraft) =>
    setDrafts((before) => before.map((one) => one.id === next.id ? next : one));
  const attachments: Attachments = {
    drafts,
    busyCount,
    refusal,
    add(files, onAttached) {
      setRefusal("");
      for (const file of files) {
        setBusyCount((count) => count + 1);
        queue(async () => {
          const { attachFile } = await import("./attach-file.ts");
          const attached = await attachFile(images, roomId, file);
          setBusyCount((count) => count - 1);
          if (attached.kind === "refused") return setRefusal(attached.why);
          setDrafts((before) => [...before, attached.draft]);
          onAttached?.();
        });
      }
    },
    describe(draft, alt) {
      replace({ ...draft, said: { ...draft.said, alt } });
      queue(() => images.describe(roomId, draft, alt));
    },
    remove(draft) {
      setRefusal("");
      setDrafts((before) => before.filter((one) => one.id !== draft.id));
      queue(() => images.detach(roomId, [draft.id]));
    },
    settled: async () => void await work.current,
    show: setDrafts,
  };
  useDropAndPaste((files) => attachments.add(files));
  return attachments;
}

/** Files that are dropped anywhere in the room, or pasted; a dialog's own drop comes first. */
function useDropAndPaste(add: (files: Iterable<File>) => void): void {
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const take = (event: Event, files: FileList | undefined): void => {
      const isElsewhere = document.querySelector("dialog[open]") !== null;
      if (files === undefined || files.length === 0 || isElsewhere) return;
      event.preventDefault();
      latest.current(files);
    };
    addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    }, { signal });
    addEventListener("drop", (event) => take(event, event.dataTransfer?.files), { signal });
    addEventListener("paste", (event) => {
      // Copied words may bring a picture of themselves along.
      const isText = event.clipboardData?.types.includes("text/plain") ?? true;
      if (!isText) take(event, event.clipboardData?.files);
    }, { signal });
    return () => ending.abort();
  }, []);
}
