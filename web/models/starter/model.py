"""The starter model: a small llama (RMS norm, rotary positions, gated feed-forward, tied head).

Owns the torch form of the network: training forward (any attention mask, any positions) and a
greedy batch decoder with a KV cache for the rates during training. Limits: no grouped heads, no
dropout; `export.py` writes the same arithmetic as plain ONNX operators.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

EPS = 1e-5
THETA = 10000.0


def rotation(positions, dim):
    """cos and sin for `positions` ([B, T]), each [B, 1, T, dim / 2]."""
    inverse = THETA ** (-torch.arange(0, dim, 2).float() / dim)
    angle = positions.float()[:, None, :, None] * inverse
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.w = nn.Parameter(torch.ones(width))

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + EPS) * self.w


class Block(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.heads = heads
        self.n1, self.n2 = Norm(width), Norm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.o = nn.Linear(width, width, bias=False)
        self.gu = nn.Linear(width, 2 * inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)
        for layer in (self.qkv, self.gu):
            nn.init.normal_(layer.weight, std=width ** -0.5)
        nn.init.zeros_(self.o.weight)
        nn.init.zeros_(self.down.weight)

    def forward(self, x, cos, sin, mask, past=None):
        batch, length, width = x.shape
        size = width // self.heads
        q, k, v = (self.qkv(self.n1(x)).view(batch, length, 3, self.heads, size)
                   .permute(2, 0, 3, 1, 4))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if past is not None:
            if past:
                k, v = torch.cat((past[0], k), 2), torch.cat((past[1], v), 2)
            past[:] = [k, v]
        scores = (q * size ** -0.5) @ k.transpose(-1, -2) + mask
        weights = scores.softmax(-1).to(v.dtype)
        x = x + self.o((weights @ v).transpose(1, 2).reshape(batch, length, width))
        gate, up = self.gu(self.n2(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


class Starter(nn.Module):
    def __init__(self, vocab, d, layers, heads, ffn):
        super().__init__()
        self.shape = dict(vocab=vocab, d=d, layers=layers, heads=heads, ffn=ffn)
        self.emb = nn.Embedding(vocab, d)
        nn.init.normal_(self.emb.weight, std=0.02)
        self.blocks = nn.ModuleList(Block(d, heads, ffn) for _ in range(layers))
        self.norm = Norm(d)

    def hidden(self, ids, positions, mask, past=None, taps=None):
        """`mask` is additive, [B, 1, T, keys]; `past` is a list of one list per layer;
        `taps` takes in the stream after each block."""
        size = self.shape['d'] // self.shape['heads']
        cos, sin = rotation(positions, size)
        if torch.is_autocast_cpu_enabled():
            cos, sin, mask = cos.bfloat16(), sin.bfloat16(), mask.bfloat16()
        x = self.emb(ids)
        for i, block in enumerate(self.blocks):
            x = block(x, cos, sin, mask, None if past is None else past[i])
            if taps is not None:
                taps.append(x)
        return self.norm(x)

    def logits(self, hidden):
        return F.linear(hidden, self.emb.weight)


@torch.no_grad()
def greedy(model, prompts, end, limit=64, batch=64):
    """Greedy continuations (without the end token) and whether each ended by itself."""
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    result = [None] * len(prompts)
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        for row, answer in zip(rows, _greedy(model, [prompts[i] for i in rows], end, limit)):
            result[row] = answer
    return result


def _greedy(model, prompts, end, limit):
    longest = max(map(len, prompts))
    pad = torch.tensor([longest - len(p) for p in prompts])
    ids = torch.tensor([[0] * (longest - len(p)) + p for p in prompts])
    index = torch.arange(longest)
    positions = (index[None] - pad[:, None]).clamp(min=0)
    real = index[None] >= pad[:, None]
    allowed = (index[None, :, None] >= index[None, None]) & real[:, None]
    mask = torch.where(allowed, 0.0, -1e9)[:, None]
    past = [[] for _ in model.blocks]
    hidden = model.hidden(ids, positions, mask, past)
    out = [[] for _ in prompts]
    done = [False] * len(prompts)
    column = torch.where(real, 0.0, -1e9)[:, None, None]
    for step in range(limit):
        nxt = model.logits(hidden[:, -1]).argmax(-1)
        for i, token in enumerate(nxt.tolist()):
            if not done[i]:
                if token == end:
                    done[i] = True
                else:
                    out[i].append(token)
        if all(done):
            break
        column = torch.cat((column, torch.zeros(len(prompts), 1, 1, 1)), -1)
        place = (longest + step - pad)[:, None]
        hidden = model.hidden(nxt[:, None], place, column, past)
    return list(zip(out, done))
