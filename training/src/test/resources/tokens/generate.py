"""Records losses of single targets and their derivatives by the logits, in double.

    python generate.py > expected.json    # needs torch, transformers

Label smoothing is Transformers' LabelSmoother; dynamic fine-tuning and the z-loss are their papers' formulas.
"""
import json

import torch
from transformers.trainer_pt_utils import LabelSmoother

torch.set_default_dtype(torch.float64)
g = torch.Generator().manual_seed(3)
cases = []
for smoothing, z, dynamic in ((0, 0, False), (0.1, 0, False), (0, 1e-3, False), (0.2, 0.05, False), (0, 0, True), (0, 0.01, True)):
    for scale in (0.5, 4.0):
        x = (scale * torch.randn(7, generator=g)).float().double().requires_grad_()  # kernels are given floats
        target = int(torch.randint(0, 7, (1,), generator=g))
        # Shifted by one: the first of two positions predicts the second label.
        logits, labels = torch.stack([x, torch.zeros(7)])[None], torch.tensor([[-100, target]])
        if dynamic:
            log_p = torch.log_softmax(x, -1)[target]
            loss = -log_p.exp().detach() * log_p
        elif smoothing:
            loss = LabelSmoother(epsilon=smoothing)({"logits": logits}, labels, shift_labels=True)
        else:
            loss = -torch.log_softmax(x, -1)[target]
        loss = loss + z * torch.logsumexp(x, -1) ** 2
        loss.backward()
        cases.append(dict(logits=x.tolist(), target=target, label_smoothing=smoothing, z_loss=z, dynamic=dynamic,
                          loss=loss.item(), gradient=x.grad.tolist()))
print(json.dumps(cases, indent=1))
