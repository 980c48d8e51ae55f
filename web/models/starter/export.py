#!/usr/bin/python3
"""Writes a checkpoint as the folder transformers.js loads (`files/`), each file renamed into place.

usage: export.py CHECKPOINT.pt [--to files] [--prompts 24]
The ONNX graph is written operator by operator, plain operators only: the fused attention operator
computes wrong numbers on WebGPU's software adapter. Weights are stored as halves and cast to fp32
when the session loads, so the maths is fp32 everywhere and no shader-f16 is needed.
"""
import argparse
import hashlib
import json
import os

import numpy as np
import onnx
import torch
from onnx import TensorProto as TP, helper as oh, numpy_helper as nph

from data import nouns
from model import EPS, THETA, Starter, greedy
from rates import encode_script, held_prompts, judge_words
from tokenizer import END, PAD, ROOM, Tokenizer

CONTEXT = 512
MODEL = 'onnx/model.onnx'


class Graph:
    def __init__(self):
        self.nodes, self.inits = [], []

    def op(self, kind, ins, out, **attributes):
        outs = [out] if isinstance(out, str) else out
        self.nodes.append(oh.make_node(kind, ins, outs, name=f'{kind}_{len(self.nodes)}',
                                       **attributes))
        return outs[0]

    def const(self, name, array):
        self.inits.append(nph.from_array(np.ascontiguousarray(array), name))
        return name

    def ints(self, name, value):
        return self.const(name, np.array(value, np.int64))

    def weight(self, name, tensor):
        array = tensor.detach().float().numpy()
        if array.ndim < 2:
            return self.const(name, array)
        self.const(name + '_h', array.astype(np.float16))
        return self.op('Cast', [name + '_h'], name, to=TP.FLOAT)

    def norm(self, x, weight, out):
        self.op('Mul', [x, x], out + 'p')
        self.op('ReduceMean', [out + 'p'], out + 'm', axes=[-1], keepdims=1)
        self.op('Add', [out + 'm', 'eps'], out + 'e')
        self.op('Sqrt', [out + 'e'], out + 's')
        self.op('Div', [x, out + 's'], out + 'd')
        return self.op('Mul', [out + 'd', weight], out)


def positions_and_mask(g, size):
    """Rotary tables by position id, and the additive mask [batch, 1, new, all]."""
    inverse = THETA ** (-np.arange(0, size, 2, dtype=np.float32) / size)
    angle = np.arange(CONTEXT, dtype=np.float32)[:, None] * inverse
    cos, sin = np.cos(angle), np.sin(angle)
    g.const('cosf', np.concatenate((cos, cos), -1))
    g.const('sinf', np.concatenate((-sin, sin), -1))       # the sign of the half turn is in here
    g.ints('axis1', [1])
    g.op('Unsqueeze', [g.op('Gather', ['cosf', 'position_ids'], 'cg', axis=0), 'axis1'], 'cpos')
    g.op('Unsqueeze', [g.op('Gather', ['sinf', 'position_ids'], 'sg', axis=0), 'axis1'], 'spos')
    g.op('Shape', ['attention_mask'], 'mask_shape')
    g.op('Shape', ['input_ids'], 'ids_shape')
    g.ints('i1', 1), g.ints('i0', 0), g.ints('one', 1)
    g.op('Gather', ['mask_shape', 'i1'], 'all', axis=0)
    g.op('Gather', ['ids_shape', 'i1'], 'new', axis=0)
    g.op('Sub', ['all', 'new'], 'past')
    g.op('Range', ['i0', 'all', 'one'], 'keys')
    g.op('Range', ['past', 'all', 'one'], 'queries')
    g.op('Unsqueeze', ['queries', 'axis1'], 'query_column')
    g.op('LessOrEqual', ['keys', 'query_column'], 'causal')
    g.op('Cast', ['attention_mask'], 'mask_bool', to=TP.BOOL)
    g.ints('axes12', [1, 2])
    g.op('Unsqueeze', ['mask_bool', 'axes12'], 'mask4')
    g.op('And', ['mask4', 'causal'], 'seen')
    g.const('zero', np.float32(0)), g.const('never', np.float32(-1e9))
    g.op('Where', ['seen', 'zero', 'never'], 'mask')


def block(g, model, index, x):
    """One layer; `x` is the residual stream, and so is what comes back."""
    p, b = f'l{index}_', model.blocks[index]
    g.const(p + 'n1', b.n1.w.detach().numpy()), g.const(p + 'n2', b.n2.w.detach().numpy())
    h = g.norm(x, p + 'n1', p + 'h1')
    g.weight(p + 'wqkv', b.qkv.weight.t())
    g.op('Split', [g.op('MatMul', [h, p + 'wqkv'], p + 'qkv'), 'thirds'],
         [p + 'q', p + 'k', p + 'v'], axis=-1)
    for c in 'qkv':
        g.op('Transpose', [g.op('Reshape', [p + c, 'to_heads'], p + c + 'r')], p + c + 't',
             perm=[0, 2, 1, 3])
    for c in 'qk':
        g.op('Split', [p + c + 't', 'halves'], [p + c + 'a', p + c + 'b'], axis=-1)
        g.op('Concat', [p + c + 'b', p + c + 'a'], p + c + 'x', axis=-1)
        g.op('Add', [g.op('Mul', [p + c + 't', 'cpos'], p + c + 'c'),
                     g.op('Mul', [p + c + 'x', 'spos'], p + c + 's')], p + c + 'o')
    past, now = f'past_key_values.{index}.', f'present.{index}.'
    g.op('Concat', [past + 'key', p + 'ko'], now + 'key', axis=2)
    g.op('Concat', [past + 'value', p + 'vt'], now + 'value', axis=2)
    g.op('Transpose', [now + 'key'], p + 'kT', perm=[0, 1, 3, 2])
    g.op('Mul', [g.op('MatMul', [p + 'qo', p + 'kT'], p + 'sc'), 'scale'], p + 'ss')
    g.op('Softmax', [g.op('Add', [p + 'ss', 'mask'], p + 'sm')], p + 'pr', axis=-1)
    g.op('Transpose', [g.op('MatMul', [p + 'pr', now + 'value'], p + 'av')], p + 'at',
         perm=[0, 2, 1, 3])
    g.op('Reshape', [p + 'at', 'to_width'], p + 'aw')
    g.weight(p + 'wo', b.o.weight.t())
    x = g.op('Add', [x, g.op('MatMul', [p + 'aw', p + 'wo'], p + 'ao')], p + 'x1')
    h = g.norm(x, p + 'n2', p + 'h2')
    g.weight(p + 'wgu', b.gu.weight.t())
    g.op('Split', [g.op('MatMul', [h, p + 'wgu'], p + 'gu'), 'inner'], [p + 'g', p + 'u'], axis=-1)
    g.op('Mul', [p + 'g', g.op('Sigmoid', [p + 'g'], p + 'sg')], p + 'si')
    g.weight(p + 'wd', b.down.weight.t())
    g.op('MatMul', [g.op('Mul', [p + 'si', p + 'u'], p + 'ff'), p + 'wd'], p + 'do')
    return g.op('Add', [x, p + 'do'], p + 'x2')


def build(model):
    shape = model.shape
    d, heads, layers = shape['d'], shape['heads'], shape['layers']
    size, g = d // heads, Graph()
    x = g.op('Gather', [g.weight('emb', model.emb.weight), 'input_ids'], 'x0', axis=0)
    positions_and_mask(g, size)
    g.const('eps', np.float32(EPS)), g.const('scale', np.float32(size ** -0.5))
    g.ints('to_heads', [0, 0, heads, size]), g.ints('to_width', [0, 0, d])
    g.ints('halves', [size // 2] * 2), g.ints('thirds', [d] * 3)
    g.ints('inner', [shape['ffn']] * 2)
    for index in range(layers):
        x = block(g, model, index, x)
    g.const('nf', model.norm.w.detach().numpy())
    # Only the last num_logits_to_keep places (0: all), as transformers.js passes it.
    g.ints('r1', [1]), g.ints('end', [2 ** 62]), g.ints('axis', [1])
    g.op('Reshape', [g.op('Neg', ['num_logits_to_keep'], 'minus'), 'r1'], 'from')
    last = g.norm(g.op('Slice', [x, 'from', 'end', 'axis'], 'kept'), 'nf', 'last')
    g.op('MatMul', [last, g.op('Transpose', ['emb'], 'head', perm=[1, 0])], 'logits')
    info = oh.make_tensor_value_info
    ins = [info('input_ids', TP.INT64, ['batch_size', 'sequence_length']),
           info('attention_mask', TP.INT64, ['batch_size', 'total_sequence_length']),
           info('position_ids', TP.INT64, ['batch_size', 'sequence_length']),
           info('num_logits_to_keep', TP.INT64, [])]
    outs = [info('logits', TP.FLOAT, ['batch_size', 'num_logits', shape['vocab']])]
    for i in range(layers):
        for c in ('key', 'value'):
            ins.append(info(f'past_key_values.{i}.{c}', TP.FLOAT,
                            ['batch_size', heads, 'past_sequence_length', size]))
            outs.append(info(f'present.{i}.{c}', TP.FLOAT,
                             ['batch_size', heads, 'total_sequence_length', size]))
    graph = oh.make_graph(g.nodes, 'starter', ins, outs, g.inits)
    return oh.make_model(graph, opset_imports=[oh.make_opsetid('', 17)], ir_version=8,
                         producer_name='conclave-starter')


def settings(shape):
    config = dict(
        architectures=['LlamaForCausalLM'], model_type='llama', hidden_size=shape['d'],
        intermediate_size=shape['ffn'], num_hidden_layers=shape['layers'],
        num_attention_heads=shape['heads'], num_key_value_heads=shape['heads'],
        head_dim=shape['d'] // shape['heads'], vocab_size=shape['vocab'],
        max_position_embeddings=CONTEXT, rope_theta=THETA, rms_norm_eps=EPS, hidden_act='silu',
        tie_word_embeddings=True, bos_token_id=ROOM, eos_token_id=END, pad_token_id=PAD,
        torch_dtype='float32', use_cache=True)
    generation = dict(bos_token_id=ROOM, eos_token_id=END, pad_token_id=PAD, do_sample=False,
                      max_length=CONTEXT)
    tokenizer = dict(tokenizer_class='PreTrainedTokenizerFast', bos_token='<|room|>',
                     eos_token='<|end|>', pad_token='<|pad|>', model_max_length=CONTEXT,
                     clean_up_tokenization_spaces=False, add_bos_token=False)
    return config, generation, tokenizer


def without_nouns(tok, model):
    """The vocabulary that is shipped: nouns are spelled, so their rows are never read."""
    known = nouns()
    kept = [i for i, unit in enumerate(tok.vocab)
            if i < tok.first_word or tok.text(unit).strip().lower() not in known]
    small = Starter(**{**model.shape, 'vocab': len(kept)})
    state = model.state_dict()
    state['emb.weight'] = state['emb.weight'][kept]
    small.load_state_dict(state)
    words = [tok.text(tok.vocab[i]) for i in kept if i >= tok.first_word]
    return Tokenizer(words), small.eval()


def put(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + '.part', 'wb') as f:
        f.write(data)
    os.replace(path + '.part', path)
    return dict(path=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def text(value, indent=1):
    return (json.dumps(value, ensure_ascii=False, indent=indent) + '\n').encode('utf8')


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    ap = argparse.ArgumentParser()
    ap.add_argument('checkpoint')
    ap.add_argument('--to', default=os.path.join(here, 'files'))
    ap.add_argument('--prompts', type=int, default=24, help='greedy references to write')
    args = ap.parse_args()
    torch.set_num_threads(1)
    saved = torch.load(args.checkpoint)
    model = Starter(**saved['shape'])
    # The half-precision weights are the model: torch's references use them too.
    model.load_state_dict({k: v.half().float() if v.dim() > 1 else v
                           for k, v in saved['state'].items()})
    model.eval()
    tok = Tokenizer(saved['words'])
    tok, model = without_nouns(tok, model)
    config, generation, tokenizer = settings(model.shape)
    files = [put(args.to, MODEL, build(model).SerializeToString()),
             put(args.to, 'config.json', text(config)),
             put(args.to, 'generation_config.json', text(generation)),
             put(args.to, 'tokenizer.json', text(tok.to_json(), None)),
             put(args.to, 'tokenizer_config.json', text(tokenizer))]
    manifest = dict(
        name='conclave-starter', dtype='fp32', context=384, window=300,
        parameters=sum(p.numel() for p in model.parameters()), vocabulary=len(tok.vocab),
        steps=saved['step'], tokens=saved['tokens'], seed=saved['seed'], files=files)
    put(args.to, 'manifest.json', text(manifest))
    prompts = [p for p, _ in held_prompts(11, args.prompts, rounds=(1, 3, 6))]
    ids = [encode_script(tok, p) for p in prompts]
    found = greedy(model, ids, END, 56)
    rows = [dict(prompt=p, ids=i, greedy=out, ended=ended)
            for p, i, (out, ended) in zip(prompts, ids, found)]
    put(here, 'reference.json', text(rows, None))
    for f in files:
        print(f"{f['bytes']:9} {f['path']}")


if __name__ == '__main__':
    main()
