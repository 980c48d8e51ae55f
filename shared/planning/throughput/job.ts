/**
 * Shapes of what the throughput planner reads. Times are ms of one clock that the caller chose;
 * every number is a safe integer.
 */

/** What kind of work a job is. `local-generation` is a model's visible answer on this device. */
export const resourceClasses = [
  "cpu",
  "data",
  "gpu",
  "embedding",
  "local-generation",
  "cloud-provider",
  "io",
  "media",
  "render",
  "memory-consolidation",
  "background",
] as const;
export type ResourceClass = (typeof resourceClasses)[number];

/** What a job keeps busy while it runs: several classes share one. */
export const silicons = [
  "cpu",
  "gpu",
  "unified-memory",
  "network",
  "disk",
  "cloud",
  "background",
] as const;
export type TargetSilicon = (typeof silicons)[number];

/** Which jobs a budget counts. A job is counted by every budget whose scope it is in. */
export type BudgetScope =
  | { readonly kind: "silicon"; readonly silicon: TargetSilicon }
  | { readonly kind: "class"; readonly resourceClass: ResourceClass }
  | {
    readonly kind: "provider";
    readonly resourceClass: ResourceClass;
    readonly provider: string;
  };

/** What may run at once inside a scope. */
export interface LaneBudget {
  readonly scope: BudgetScope;
  /** Jobs at once; 0 closes the scope. */
  readonly placesMax: number;
  /** Sum of the cost of the jobs that run at once. */
  readonly costUnitsMax: number;
}

/** What a job and running work have in common. */
export interface Work {
  readonly jobId: string;
  /** What it produces. */
  readonly artifactKey: string;
  /** For whom: a persona, say. Undefined when the artefact is everybody's. */
  readonly holderId: string | undefined;
  readonly resourceClass: ResourceClass;
  readonly silicon: TargetSilicon;
  /** Who serves it: a cloud provider or a local engine. Class `cloud-provider` must name one. */
  readonly provider: string | undefined;
  /** Cost in the units of the budgets it is in; 0 takes a place only. */
  readonly costUnits: number;
}

/** Work proposed. */
export interface ThroughputJob extends Work {
  /** Higher runs first. */
  readonly priority: number;
  /** Artefacts it needs: of everybody, or of its own holder. Repeated keys count once. */
  readonly dependencyKeys: readonly string[];
  readonly createdAtMs: number;
  /** Dropped when it is older than this; undefined for never. */
  readonly staleAfterMs: number | undefined;
}

/** Something produced. Of two with equal key and holder, the newer counts. */
export interface ReadyArtifact {
  readonly artifactKey: string;
  readonly holderId: string | undefined;
  /** The time whose state it shows: when the work that made it began. */
  readonly asOfMs: number;
  /** No longer ready from this time on; undefined for ever. */
  readonly validUntilMs: number | undefined;
}

/** How jobs of equal right are put in order, and how waiting changes that. */
export interface ThroughputPolicy {
  /** At equal priority the newest first (chat), or the oldest (work that must come through). */
  readonly order: "freshness" | "fairness";
  /** Each so much waiting raises the priority by one; undefined for no ageing. */
  readonly agingMsPerPoint: number | undefined;
  /** Ageing adds at most this: what keeps background work below visible turns (D12). */
  readonly agingPointsMax: number;
  /** Who waited this long and does not fit gets what becomes free; undefined for never. */
  readonly reserveAfterMs: number | undefined;
}

/** All that a throughput plan may read. */
export interface ThroughputRequest {
  readonly nowMs: number;
  readonly policy: ThroughputPolicy;
  readonly budgets: readonly LaneBudget[];
  /** What runs already: it uses budgets, and is not started twice. */
  readonly running: readonly Work[];
  readonly ready: readonly ReadyArtifact[];
  readonly jobs: readonly ThroughputJob[];
}
