/** Chance as a port. */
export interface Random {
  /** The next number in [0, 1). */
  next(): number;
  /** An independent stream for one component: one more draw here moves nothing there. */
  fork(name: string): Random;
}
