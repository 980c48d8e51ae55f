/**
 * Reads the weights out of an ONNX file: the graph's initializers in halves or floats, by name.
 *
 * Owns as much of protobuf as that takes (field numbers of onnx.proto: ModelProto.graph 7,
 * GraphProto.initializer 5, TensorProto.dims 1, data_type 2, float_data 4, name 8, raw_data 9).
 */

export interface OnnxWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const GRAPH = 7;
const INITIALIZER = 5;
const [DIMS, DATA_TYPE, NAME, RAW_DATA] = [1, 2, 8, 9] as const;
const [FLOAT, HALF] = [1, 10] as const;

/** Other initializers (integers) are left out. */
export function readOnnxWeights(file: Uint8Array): ReadonlyMap<string, OnnxWeight> {
  const weights = new Map<string, OnnxWeight>();
  for (const model of fields(file)) {
    if (model.number !== GRAPH || model.bytes === undefined) continue;
    for (const { number, bytes } of fields(model.bytes)) {
      if (number === INITIALIZER && bytes !== undefined) addTensor(weights, bytes);
    }
  }
  return weights;
}

function addTensor(weights: Map<string, OnnxWeight>, tensor: Uint8Array): void {
  const shape: number[] = [];
  let [type, name, raw] = [0, "", new Uint8Array()];
  for (const { number, bytes, value } of fields(tensor)) {
    if (number === DIMS) {
      if (bytes === undefined) shape.push(value);
      else {for (let at = 0; at < bytes.length;) {
          at = readVarint(bytes, at, (one) => shape.push(one));
        }}
    }
    if (number === DATA_TYPE) type = value;
    if (number === NAME) name = new TextDecoder().decode(bytes);
    if (number === RAW_DATA && bytes !== undefined) raw = new Uint8Array(bytes);
  }
  if (type === FLOAT) weights.set(name, { shape, values: new Float32Array(raw.buffer) });
  if (type === HALF) {
    const values = Float32Array.from(new Uint16Array(raw.buffer), halfToNumber);
    weights.set(name, { shape, values });
  }
}

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

interface Field {
  readonly number: number;
  /** Of length-delimited fields. */
  readonly bytes: Uint8Array | undefined;
  readonly value: number;
}

function* fields(message: Uint8Array): Iterable<Field> {
  for (let at = 0; at < message.length;) {
    let [key, value] = [0, 0];
    at = readVarint(message, at, (one) => (key = one));
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === 0) {
      at = readVarint(message, at, (one) => (value = one));
      yield { number, bytes: undefined, value };
    } else if (wire === 2) {
      at = readVarint(message, at, (one) => (value = one));
      yield { number, bytes: message.subarray(at, at + value), value: 0 };
      at += value;
    } else {
      at += wire === 1 ? 8 : 4;
    }
  }
}

function readVarint(bytes: Uint8Array, from: number, take: (value: number) => void): number {
  let [value, scale, at] = [0, 1, from];
  for (;;) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) break;
  }
  take(value);
  return at;
}
