"""Losses of single targets by a teacher's top k, and their derivatives by the student's logits, as PyTorch's autograd finds them.

    python generate.py > expected.json    # needs torch

The definitions are written out for whole distributions, in double. Only the teacher's k log-probabilities are rounded to 32 bits, as they
are stored. `floor` cases have next to nothing left for other tokens, of the teacher or of the student.
"""
import json

import torch

torch.set_default_dtype(torch.float64)
g = torch.Generator().manual_seed(11)
FLOOR, V = 1e-6, 9


def kl(p, q):
    return (p * (p.log() - q.log())).sum()


def loss(kind, beta, t, logps, ids, x, target, alpha, ce_alpha):
    def outcomes(of_k, other):
        kept = of_k if len(ids) == V else torch.cat([of_k, other.clamp(min=FLOOR)[None]])
        return torch.softmax(kept.log() / t, 0)

    q = torch.softmax(x, 0)
    others = torch.ones(V, dtype=torch.bool).index_fill(0, ids, False)
    P = outcomes(logps.exp(), 1 - logps.exp().sum())
    Q = outcomes(q[ids], q[others].sum())
    M = beta * P + (1 - beta) * Q
    d = {"forward": lambda: kl(P, Q), "reverse": lambda: kl(Q, P), "js": lambda: beta * kl(P, M) + (1 - beta) * kl(Q, M)}[kind]()
    nll = -torch.log_softmax(x, 0)[target]
    return t * t * d, ce_alpha * nll + alpha * t * t * d


cases = []
for kind, beta in (("forward", 0.5), ("reverse", 0.5), ("js", 0.5), ("js", 0.1)):
    for t in (1.0, 2.0):
        for k, floor in ((1, None), (4, None), (V - 1, None), (V, None), (3, "teacher"), (3, "student")):
            x = (2 * torch.randn(V, generator=g)).float().double()  # kernels are given floats
            teacher = 2 * torch.randn(V, generator=g)
            ids = teacher.argsort(descending=True)[:k]
            if floor == "teacher":
                teacher[ids] += 40
            if floor == "student":
                x[ids] += 40
            logps = torch.log_softmax(teacher, 0)[ids].float().double()
            target = int(torch.randint(0, V, (1,), generator=g))
            x.requires_grad_()
            divergence, total = loss(kind, beta, t, logps, ids, x, target, 0.9, 0.1)
            total.backward()
            cases.append(dict(divergence=kind, beta=beta, temperature=t, alpha=0.9, ce_alpha=0.1, logits=x.tolist(), target=target,
                              ids=ids.tolist(), logps=logps.tolist(), kd=divergence.item(), loss=total.item(), gradient=x.grad.tolist()))
print(json.dumps(cases, indent=1))
