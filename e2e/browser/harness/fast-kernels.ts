/**
 * Own WGSL in the place of the matrix products of Qwen2-0.5B (q4f32_1), for a software adapter: the
 * library's kernels use a workgroup with seven barriers for each number, which takes a CPU minutes
 * a token. Here a thread computes a row, for four tokens at a time, without a barrier. Everything
 * else of the model runs in the library's own kernels.
 */

/** Rows and columns, by the number that the compiler gave the weights. */
const SHAPES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  "": [151_936, 896],
  1: [1152, 896],
  2: [896, 896],
  3: [9728, 896],
  4: [896, 4864],
};
const NAME = /fn (fused_fused_dequantize(\d?)_(?:fused_)?NT_matmul\d*(_add\d*)?_kernel(_\d)?)\s*\(/;
const GROUP = 64;
const TOKENS = 4;

type Grid = (x: number, y: number, z: number) => readonly [number, number];

/** Takes effect for every device of this worker; call it before a library asks for one. */
export function installFastKernels(): void {
  if (typeof GPUDevice === "undefined") return;
  const grids = new Map<string, Grid>();
  const gridOf = new WeakMap<GPUComputePipeline, Grid>();
  const current = new WeakMap<GPUComputePassEncoder, Grid | undefined>();
  const device = GPUDevice.prototype;
  const { createShaderModule, createComputePipelineAsync } = device;
  device.createShaderModule = function (descriptor) {
    const own = replaceKernel(descriptor.code);
    if (own === undefined) return createShaderModule.call(this, descriptor);
    grids.set(own.name, own.grid);
    return createShaderModule.call(this, { ...descriptor, code: own.code });
  };
  device.createComputePipelineAsync = async function (descriptor) {
    const pipeline = await createComputePipelineAsync.call(this, descriptor);
    const grid = grids.get(descriptor.compute.entryPoint ?? "");
    if (grid !== undefined) gridOf.set(pipeline, grid);
    return pipeline;
  };
  const pass = GPUComputePassEncoder.prototype;
  const { setPipeline, dispatchWorkgroups } = pass;
  pass.setPipeline = function (pipeline) {
    current.set(this, gridOf.get(pipeline));
    return setPipeline.call(this, pipeline);
  };
  pass.dispatchWorkgroups = function (x, y = 1, z = 1) {
    const grid = current.get(this);
    const [columns, rows] = grid === undefined ? [x, y] : grid(x, y, z);
    return dispatchWorkgroups.call(this, columns, rows, grid === undefined ? z : 1);
  };
}

/** The kernel's interface (bindings, arguments) is read from the one that is replaced. */
function replaceKernel(code: string) {
  const [, name, weights, sum, variant] = NAME.exec(code) ?? [];
  const [rows, columns] = SHAPES[weights ?? ""] ?? [0, 0];
  if (name === undefined) return undefined;
  const out = /read_write> (\w+)/.exec(code)?.[1];
  const packed = /read> (\w+) : array<u32>/.exec(code)?.[1];
  const scales = /7\.000000e\+00f\) \* (\w+)\[/.exec(code)?.[1];
  const floats = [...code.matchAll(/read> (\w+) : array<f32>/g)].map((match) => match[1])
    .filter((one) => one !== scales);
  const added = sum === undefined ? undefined : floats.find((one) => code.includes(`+ ${one}[`));
  const input = floats.find((one) => one !== added);
  const counter = /(seq_len|batch_size|num_sequences)\s*: i32/.exec(code)?.[1];
  const tokens = counter === undefined ? 1 : TOKENS;
  const each = (line: (token: number) => string): string =>
    Array.from({ length: tokens }, (_, token) => line(token)).join("\n");
  // Weights of 1 are added by row (a bias), the others by number (a residual).
  const plus = (at: string): string =>
    added === undefined ? "" : ` + ${added}[${weights === "1" ? "n" : at}]`;
  const product = (token: number): string =>
    Array.from(
      { length: 8 },
      (_, at) =>
        `p${token} += (f32((w >> ${4 * at}u) & 15u) - 7.0f) * ${input}[b${token} + k + ${at}];`,
    ).join("\n");
  const body = `
@compute @workgroup_size(${GROUP}, 1, 1)
fn ${name}(@builtin(global_invocation_id) g : vec3<u32>) {
  let n = i32(g.x);
  let first = i32(g.y) * ${tokens};
  let count = ${counter === undefined ? "1" : `podArgs.${counter}`};
  if (n >= ${rows} || first >= count) { return; }
  ${
    each((token) =>
      `var sum${token} = 0.0f; let b${token} = min(first + ${token}, count - 1) * ${columns};`
    )
  }
  for (var s = 0; s < ${columns / 32}; s++) {
    ${each((token) => `var p${token} = 0.0f;`)}
    for (var q = 0; q < 4; q++) {
      let w = ${packed}[n * ${columns / 8} + s * 4 + q];
      let k = s * 32 + q * 8;
      ${each(product)}
    }
    let scale = ${scales}[n * ${columns / 32} + s];
    ${each((token) => `sum${token} += scale * p${token};`)}
  }
  ${
    each((token) => {
      const at = `(first + ${token}) * ${rows} + n`;
      return `if (first + ${token} < count) { ${out}[${at}] = sum${token}${plus(at)}; }`;
    })
  }
  if (n < 0) { ${out}[0] = f32(podArgs.packGridDimX); }
}`;
  const grid: Grid = (x, y, z) => {
    const perGroup = variant === "_2" ? x * z * 32 : variant === "_1" ? y * 4 : y * 2;
    const count = counter === undefined ? 1 : perGroup;
    return [Math.ceil(rows / GROUP), Math.ceil(count / tokens)];
  };
  return { name, code: code.slice(0, code.search(/var<workgroup>/)) + body, grid };
}
