/** A broken invariant. Nobody catches it but an actor shell, which escalates. */
export class Defect extends Error {
  override readonly name = "Defect";
}

/** Throws a {@link Defect} when `condition` is false; stays on in production. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Defect(message);
}

/** Ends an exhaustive `switch`; reaching it is a defect. */
export function unreachable(value: never): never {
  throw new Defect(`Cannot continue: unexpected value ${JSON.stringify(value)}`);
}
