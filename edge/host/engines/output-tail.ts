/** The newest text of a process's outputs: what is kept of a stream that never ends (SV22). */
export interface OutputTail {
  push(text: string): void;
  text(): string;
}

export function createOutputTail(charsMax: number): OutputTail {
  let kept = "";
  return {
    push(text) {
      kept = (kept + text.slice(-charsMax)).slice(-charsMax);
    },
    text: () => kept,
  };
}
