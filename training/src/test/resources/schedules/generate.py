"""Regenerates expected.json: the factor of every step of a run, for each schedule of Transformers.

    python generate.py
Needs torch and transformers; their versions are written into the file. Axolotl's additions to `cosine` are written
out here from the words of its documentation: down to a part of the peak, at a part of all steps, with a warm-up that
may be squared.
"""
import json, math
import torch, transformers
from transformers.optimization import get_scheduler

LR, TOTAL = 3e-4, 20
CASES = [
    ("linear", {}), ("cosine", {}), ("cosine", {"num_cycles": 1.5}), ("constant", {}), ("constant_with_warmup", {}),
    ("cosine_with_restarts", {}), ("cosine_with_restarts", {"num_cycles": 3}),
    ("cosine_with_min_lr", {"min_lr": 3e-5}), ("cosine_with_min_lr", {"min_lr_rate": 0.25, "num_cycles": 1}),
    ("cosine_warmup_with_min_lr", {"min_lr_rate": 0.1}),
    ("cosine_warmup_with_min_lr", {"min_lr": 3e-5, "warmup_lr_rate": 0.2}),
    ("inverse_sqrt", {}), ("inverse_sqrt", {"timescale": 50}),
    ("polynomial", {}), ("polynomial", {"lr_end": 1e-5, "power": 2.0}),
    ("warmup_stable_decay", {"num_decay_steps": 6}),
    ("warmup_stable_decay", {"num_decay_steps": 6, "min_lr_ratio": 0.1, "warmup_type": "cosine", "decay_type": "linear"}),
    ("warmup_stable_decay", {"num_decay_steps": 5, "num_stable_steps": 8, "min_lr_ratio": 0.05, "warmup_type": "1-sqrt", "decay_type": "1-sqrt"}),
]
AXOLOTL = [
    {"cosine_min_lr_ratio": 0.1}, {"cosine_min_lr_ratio": 0.1, "cosine_constant_lr_ratio": 0.77},
    {"lr_quadratic_warmup": True},
]

def rates(name, warmup, kwargs):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=LR)
    schedule = get_scheduler(name, optimizer, warmup, TOTAL, kwargs)
    steps = []
    for _ in range(TOTAL + 2):
        steps.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return steps

def axolotl(keys, warmup):
    least, squared = keys.get("cosine_min_lr_ratio", 0.0), keys.get("lr_quadratic_warmup", False)
    end = int(TOTAL * keys["cosine_constant_lr_ratio"]) if "cosine_constant_lr_ratio" in keys else TOTAL
    steps = []
    for step in range(TOTAL):
        if step < warmup:
            factor = (step / warmup) ** (2 if squared else 1)
        else:
            part = (min(step, end) - warmup) / max(1, end - warmup)
            factor = least + (1 - least) * 0.5 * (1 + math.cos(math.pi * part))
        steps.append(LR * factor)
    return steps

cases = []
for warmup in (0, 4):
    for name, kwargs in CASES:
        cases.append({"lr_scheduler": name, "lr_scheduler_kwargs": kwargs, "keys": {}, "warmup": warmup, "rates": rates(name, warmup, dict(kwargs))})
    for keys in AXOLOTL:
        cases.append({"lr_scheduler": "cosine", "lr_scheduler_kwargs": {}, "keys": keys, "warmup": warmup, "rates": axolotl(keys, warmup)})
versions = {"torch": torch.__version__, "transformers": transformers.__version__}
with open("expected.json", "w") as file:
    json.dump({"versions": versions, "lr": LR, "total": TOTAL, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
