/**
 * "Null GPU": of all kernels of a compiled chat model only two run, and these are ours.
 *
 * Tokeniser, virtual machine, caches, queue, read-back and sampling stay real; numbers are not
 * computed. The head writes the same logits for every token, so that a seed alone decides what is
 * said; the mask of a grammar is kept, so that a grammar still rules. Whatever else is dispatched
 * is dropped, and its shader is not compiled, which is most of a load on a software adapter.
 */

/** Rows of the head: the model's vocabulary. */
const VOCABULARY = 151_936;
const WORDS_COUNT = 202;
/** The words (and their beginnings) that the generated tokeniser spells as one token each. */
const WORDS_FROM = 256;
const WORDS_TO = 256 + WORDS_COUNT;
/** The sign that ends a reply. */
const END = 151_645;
const GROUP = 256;
const LEAST = "-3.402823e+38f";

const ENTRY = /@compute[^{]*?fn (\w+)\s*\(/;
const HEAD = /^fused_fused_dequantize_NT_matmul\d*_kernel(?:_\d)?$/;
const MASK = /^apply_bitmask_inplace_kernel$/;

/**
 * Takes effect for every device of this worker; call it before a library asks for one. Replies end
 * by themselves after `replyTokens` on average, or never.
 */
export function installNullGpu(replyTokens: number = Infinity): void {
  if (typeof GPUComputePassEncoder === "undefined") return;
  const endLogit = Math.max(-1e30, Math.log(WORDS_COUNT / replyTokens));
  const kept = new WeakSet<GPUComputePipeline>();
  const isCurrentKept = new WeakMap<GPUComputePassEncoder, boolean>();
  replaceShaders(endLogit);
  for (const name of ["createComputePipeline", "createComputePipelineAsync"] as const) {
    const create = GPUDevice.prototype[name] as (
      this: GPUDevice,
      descriptor: GPUComputePipelineDescriptor,
    ) => GPUComputePipeline & Promise<GPUComputePipeline>;
    const wrapped = function (this: GPUDevice, descriptor: GPUComputePipelineDescriptor) {
      const made = create.call(this, descriptor);
      const isKept = isOwn(descriptor.compute.entryPoint ?? "");
      if (name === "createComputePipeline") {
        if (isKept) kept.add(made);
        return made;
      }
      return made.then((pipeline) => {
        if (isKept) kept.add(pipeline);
        return pipeline;
      });
    };
    Object.assign(GPUDevice.prototype, { [name]: wrapped });
  }
  const { setPipeline, dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.setPipeline = function (pipeline) {
    isCurrentKept.set(this, kept.has(pipeline));
    return setPipeline.call(this, pipeline);
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function () {
    if (isCurrentKept.get(this) !== true) return undefined;
    return dispatchWorkgroups.call(this, Math.ceil(VOCABULARY / GROUP));
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroupsIndirect = () => undefined;
}

function replaceShaders(endLogit: number): void {
  const { createShaderModule } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const { code } = descriptor;
    const name = ENTRY.exec(code)?.[1];
    if (name === undefined) return createShaderModule.call(this, descriptor);
    const own = ownKernel(name, code, endLogit) ?? `@compute @workgroup_size(1) fn ${name}() {}`;
    return createShaderModule.call(this, { ...descriptor, code: own });
  };
}

const isOwn = (name: string): boolean => HEAD.test(name) || MASK.test(name);

/** The kernel that stands in for `name`, or undefined for one that is dropped. */
function ownKernel(name: string, code: string, endLogit: number): string | undefined {
  if (HEAD.test(name)) {
    const binding = /@group\(0\) @binding\((\d+)\) var<storage, read_write> (\w+)/.exec(code);
    return `
@group(0) @binding(${binding?.[1]}) var<storage, read_write> logits : array<f32>;
${head(name)}
  logits[i] = select(${LEAST}, 0.0f, i >= ${WORDS_FROM}u && i < ${WORDS_TO}u);
  if (i == ${END}u) { logits[i] = ${endLogit.toExponential()}f; }
}`;
  }
  if (!MASK.test(name)) return undefined;
  // The head's own ban of bytes and signs does not hold here: a grammar is made of them.
  return `
@group(0) @binding(0) var<storage, read> bitmask : array<i32>;
@group(0) @binding(1) var<storage, read_write> logits : array<f32>;
${head(name)}
  let isAllowed = ((bitmask[i >> 5u] >> (i & 31u)) & 1i) == 1i;
  logits[i] = select(${LEAST}, 0.0f, isAllowed);
}`;
}

function head(name: string): string {
  return `@compute @workgroup_size(${GROUP})
fn ${name}(@builtin(global_invocation_id) id : vec3<u32>) {
  let i = id.x;
  if (i >= ${VOCABULARY}u) { return; }`;
}
