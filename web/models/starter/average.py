#!/usr/bin/python3
"""Averages two checkpoints of one run: the published weights are 0.6 of step 6500 and 0.4 of 7700.

usage: average.py STEP6500.pt STEP7700.pt OUT.pt [share of the second, 0.4]

The first names more people rightly, the second knows everyday nouns; between them both hold.
"""
import sys

import torch

first, second = (torch.load(path) for path in sys.argv[1:3])
share = float(sys.argv[4]) if len(sys.argv) > 4 else .4
second['state'] = {
    name: first['state'][name] * (1 - share) + value * share if value.is_floating_point() else value
    for name, value in second['state'].items()
}
torch.save(second, sys.argv[3])
