"""Regenerates expected.json: five steps of each optimizer, from the libraries that users know them by.

    python generate.py
Needs torch, transformers and bitsandbytes (0.50 or newer, whose 8-bit optimizers run on the CPU); their versions are
written into the file. Lion is written out here, as algorithm 2 of Chen et al. 2023 has it.

bitsandbytes' C++ quantization of f32 on the CPU overwrites the lowest code with -1 (csrc/cpu_ops.cpp, quantize_cpu at
commit 00289c4), which its GPU kernels do not: so moments are quantized by its PyTorch code, which other types take.

A matrix of 64 x 70 and a vector of 70. Their values and gradients follow from whole numbers, so that a test makes the
same without reading them; of the results every 37th element is kept.
"""
import json
import bitsandbytes, torch, transformers
import bitsandbytes.backends.cpu.ops
from bitsandbytes.functional import create_dynamic_map
from transformers.optimization import Adafactor

STEPS, EVERY = 5, 37
LR, BETAS, EPS, DECAY = 1e-2, (0.9, 0.99), 1e-8, 0.1
SHAPES = {"matrix": (64, 70), "vector": (70,)}

def values(shape, seed):
    """Of sizes from 1 to 0.001, as the parts of a block differ in size."""
    count = torch.Size(shape).numel()
    line = [((i * 7919 + seed * 104729 + 17) % 2003 - 1001) / 1001.0 * (1.0, 0.1, 0.01, 0.001)[i % 4] for i in range(count)]
    return torch.tensor(line, dtype=torch.float64).to(torch.float32).reshape(shape)

class Lion(torch.optim.Optimizer):
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                m = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                c = BETAS[0] * m + (1 - BETAS[0]) * p.grad
                p.data.mul_(1 - LR * DECAY).sub_(LR * c.sign())
                m.mul_(BETAS[1]).add_((1 - BETAS[1]) * p.grad)

OPTIMIZERS = {
    "adamw_torch": lambda ps: torch.optim.AdamW(ps, lr=LR, betas=BETAS, eps=EPS, weight_decay=DECAY),
    "adamw_bnb_8bit": lambda ps: bitsandbytes.optim.AdamW8bit(ps, lr=LR, betas=BETAS, eps=EPS, weight_decay=DECAY),
    "lion_pytorch": lambda ps: Lion(ps, {}),
    "adafactor": lambda ps: Adafactor(ps, lr=LR, weight_decay=DECAY, scale_parameter=False, relative_step=False),
}

def quantize(values, code, absmax, out, blocksize):
    codes, largest = torch.ops.bitsandbytes.quantize_blockwise(values.double(), code, blocksize)
    out.copy_(codes)
    absmax.copy_(largest)

bitsandbytes.backends.cpu.ops._quant_blockwise_fp32_direct = quantize

def run(make):
    parameters = {name: torch.nn.Parameter(values(shape, 0)) for name, shape in SHAPES.items()}
    optimizer = make(list(parameters.values()))
    for step in range(1, STEPS + 1):
        for name, p in parameters.items():
            p.grad = values(SHAPES[name], step)
        optimizer.step()
    result = {name: p.detach() for name, p in parameters.items()}
    for name, p in parameters.items():
        for key, state in optimizer.state[p].items():
            if torch.is_tensor(state) and state.numel() > 1 and not key.startswith("qmap"):
                result[f"{name}.{key}"] = state
    return {name: tensor.flatten()[::EVERY].tolist() for name, tensor in result.items()}

json.dump(dict(versions=dict(torch=torch.__version__, transformers=transformers.__version__, bitsandbytes=bitsandbytes.__version__),
               steps=STEPS, every=EVERY, lr=LR, betas=BETAS, eps=EPS, weight_decay=DECAY,
               maps=dict(signed=create_dynamic_map(signed=True).tolist(), unsigned=create_dynamic_map(signed=False).tolist()),
               results={name: run(make) for name, make in OPTIMIZERS.items()}),
          open("expected.json", "w"), indent=None, separators=(",", ":"))
