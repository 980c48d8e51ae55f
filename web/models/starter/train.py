#!/usr/bin/python3
"""Trains the starter model. Needs Debian's python3-torch and libopenblas0-pthread, one core.

usage: train.py OUT.pt --steps 12700 [--seed 1] [--d 192 --layers 5 --heads 4 --ffn 512]
A run depends on the seed and the step count alone. It saves OUT.pt.last now and then and goes on
from there with --resume.
"""
import argparse
import os
import time

for variable in ('OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS'):
    os.environ.setdefault(variable, '1')

import torch
import torch.nn.functional as F

from data import DEAF_FROM, HINTS_FROM, LATER_FROM, SPELLED_FROM, Batches, build_tokenizer
from hints import Hints
from model import Starter
from rates import judge_words, measure


class Muon:
    """Momentum, then an update matrix made near-orthogonal (Newton-Schulz)."""

    def __init__(self, groups, lr):
        """`groups`: (matrix, number of stacked square-ish parts to treat by themselves)"""
        self.groups, self.lr = groups, lr
        self.momentum = [torch.zeros_like(p) for p, _ in groups]

    @torch.no_grad()
    def step(self, scale):
        lr, by_shape = self.lr * scale, {}
        for (p, parts), m in zip(self.groups, self.momentum):
            m.mul_(.95).add_(p.grad, alpha=.05)
            update = p.grad.lerp(m, .95)
            for weight, u in zip(p.chunk(parts), update.chunk(parts)):
                tall = u.shape[0] > u.shape[1]
                u = u.t() if tall else u
                by_shape.setdefault(tuple(u.shape), []).append((weight, u, tall))
        for items in by_shape.values():
            x = torch.stack([u for _, u, _ in items])
            x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
            for _ in range(5):
                a = x @ x.transpose(1, 2)
                x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
            for (weight, _, tall), o in zip(items, x.float()):
                o = o.t() if tall else o
                size = max(1, o.shape[0] / o.shape[1]) ** .5
                weight.mul_(1 - lr * .01).add_(o, alpha=-lr * size)


def schedule(step, steps):
    """Up in 40 steps, level to step 1800, down with the slope of a run of 6000 steps until the hints
    begin, from there in a straight line to zero where nouns are spelled; then, for each of the last
    three kinds of data, once more from a third of that height to zero."""
    if step < HINTS_FROM:
        return min(1, (step + 1) / 40) * min(1, (6000 - step) / 4200)
    if step < SPELLED_FROM:
        return .56 * (SPELLED_FROM - step) / (SPELLED_FROM - HINTS_FROM)
    ends = [SPELLED_FROM, LATER_FROM, DEAF_FROM, steps]
    part = sum(step >= end for end in ends[1:-1])
    begin, end = ends[part], ends[part + 1]
    return min(1, (step - begin + 1) / 40) * .3 * (end - step) / (end - begin)


def loss_of(model, batch, hints=None):
    ids, pos, mask, targets, weight, real, hint = batch
    taps = []
    chosen = weight > 0
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits = model.logits(model.hidden(ids, pos, mask, taps=taps)[chosen])
    each = F.cross_entropy(logits.float(), targets[chosen], reduction='none')
    w = weight[chosen]
    reply = each.detach()[w >= 1]
    extra = hints.loss(ids, hint, taps) if hints else 0.0
    return (each * w).sum() / w.sum() + extra, reply.mean().item(), ids.numel() * real


def report(model, tok, table, count=240):
    rates, rows = measure(model, tok, table, count=count)
    for key in sorted(rates):
        good, n = rates[key]
        if ':' not in key or n >= 5:
            print(f'  {key:26} {good}/{n} = {100 * good / n:.0f}%')
    return rows


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('out')
    ap.add_argument('--steps', type=int, default=12700)
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--resume', action='store_true')
    ap.add_argument('--every', type=int, default=1000, help='steps between rates')
    for key, value in dict(d=192, layers=5, heads=4, ffn=512).items():
        ap.add_argument('--' + key, type=int, default=value)
    args = ap.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    began = time.time()
    tok, table = build_tokenizer(), judge_words()
    shape = dict(vocab=len(tok.vocab), d=args.d, layers=args.layers, heads=args.heads,
                 ffn=args.ffn)
    model = Starter(**shape)
    size = sum(p.numel() for p in model.parameters())
    print(f'vocabulary {len(tok.vocab)}, parameters {size / 1e6:.2f}M, '
          f'prepared in {time.time() - began:.0f}s', flush=True)
    parts = dict(qkv=3, gu=2, o=1, down=1)
    matrices = [(getattr(b, k).weight if k in ('o', 'down') else getattr(b, k).weight, n)
                for b in model.blocks for k, n in parts.items()]
    inside = {id(p) for p, _ in matrices}
    rest = [p for p in model.parameters() if id(p) not in inside]
    muon = Muon(matrices, .02)
    adam = torch.optim.AdamW(rest, lr=4e-3, betas=(.9, .98), weight_decay=0.0)
    hints = Hints(args.d, args.seed)
    hint_adam = torch.optim.AdamW(hints.parameters(), lr=4e-3, betas=(.9, .98), weight_decay=0.0)
    start, tokens = 0, 0
    if args.resume:
        saved = torch.load(args.out + '.last')
        assert saved['words'] == tok.words(), 'the corpus gives another vocabulary now'
        model.load_state_dict(saved['state'])
        adam.load_state_dict(saved['adam'])
        for m, s in zip(muon.momentum, saved['muon']):
            m.copy_(s)
        if 'hints' in saved:
            hints.load_state_dict(saved['hints'])
            hint_adam.load_state_dict(saved['hint_adam'])
        start, tokens = saved['step'], saved['tokens']
    batches = Batches(tok, args.seed, args.steps)
    began, smooth, made, at_start = time.time(), None, 0.0, tokens

    def save(path, step, whole):
        data = dict(shape=shape, words=tok.words(), state=model.state_dict(), step=step,
                    tokens=tokens, loss=smooth, steps=args.steps, seed=args.seed)
        if whole:
            data.update(adam=adam.state_dict(), muon=muon.momentum,
                        hints=hints.state_dict(), hint_adam=hint_adam.state_dict())
        torch.save(data, path + '.part')
        os.replace(path + '.part', path)

    for step in range(start, args.steps):
        t = time.time()
        batch = batches.at(step)
        made += time.time() - t
        scale = schedule(step, args.steps)
        use = hints if step >= HINTS_FROM else None
        loss, reply, count = loss_of(model, batch, use)
        loss.backward()
        muon.step(scale)
        adam.param_groups[0]['lr'] = 4e-3 * scale
        adam.step()
        hint_adam.param_groups[0]['lr'] = 4e-3 * scale
        hint_adam.step()
        for p in [*model.parameters(), *hints.parameters()]:
            p.grad = None
        tokens += int(count)
        smooth = reply if smooth is None else .97 * smooth + .03 * reply
        if (step + 1) % 100 == 0 or step == 20:
            past = time.time() - began
            print(f'{past:5.0f}s step {step + 1} reply loss {smooth:.3f} '
                  f'{(tokens - at_start) / past:.0f} tok/s, data {made:.0f}s, hints '
                  f'{hints.last}, '
                  f'fill {batch[5]:.2f}', flush=True)
        if (step + 1) % 250 == 0:
            save(args.out + '.last', step + 1, True)
        if (step + 1) % args.every == 0 and step + 1 < args.steps:
            report(model, tok, table)
    fresh = Batches(tok, args.seed + 1000, 1)
    with torch.no_grad():
        held = sum(loss_of(model, fresh.at(1000 + i))[1] for i in range(12)) / 12
    print(f'end: {args.steps} steps, {tokens / 1e6:.2f}M tokens, '
          f'{time.time() - began:.0f}s, reply loss {smooth:.3f}, fresh {held:.3f}', flush=True)
    save(args.out, args.steps, False)
    report(model, tok, table, 480)


if __name__ == '__main__':
    main()
