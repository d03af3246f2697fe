"""The training step of training_torch_bench.cpp in plain PyTorch: the peer. Same sizes, same loss, Adam, clipping.

    python benchmarks/pytorch_step.py [steps] [threads]
"""

import sys
import time

import torch

steps = int(sys.argv[1]) if len(sys.argv) > 1 else 10
threads = int(sys.argv[2]) if len(sys.argv) > 2 else torch.get_num_threads()
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
BATCH, WARM_UP, TARGETS, INPUTS, STATICS = 32, 365, 365, 5, 27


class RegionalLstm(torch.nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.lstm = torch.nn.LSTM(INPUTS + STATICS, hidden)
        self.drop = torch.nn.Dropout(0.4)
        self.head = torch.nn.Linear(hidden, 1)

    def forward(self, dynamic, statics):
        x = torch.cat([dynamic, statics.expand(dynamic.shape[0], -1, -1)], 2)
        return self.head(self.drop(self.lstm(x)[0][WARM_UP:]))


for hidden in (64, 128, 256):
    torch.manual_seed(1)
    model = RegionalLstm(hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    start = 0.0
    for step in range(-2, steps):
        if step == 0:
            start = time.perf_counter()
        dynamic = torch.randn(WARM_UP + TARGETS, BATCH, INPUTS)
        statics = torch.randn(BATCH, STATICS)
        target = torch.randn(TARGETS, BATCH, 1)
        optimizer.zero_grad()
        loss = ((model(dynamic, statics) - target) ** 2 / 1.1).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    seconds = time.perf_counter() - start
    print(f"pytorch hidden {hidden:>3}, {threads} threads: {steps * BATCH * TARGETS / seconds:>8.0f} target days/s, {1e3 * seconds / steps:>7.1f} ms a step", flush=True)
