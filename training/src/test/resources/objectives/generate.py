"""Losses over answers as PyTorch computes them, with the derivatives that its autograd finds: expected.json.

    python generate.py        # needs torch

The formulas are those of trl/trainer/dpo_trainer.py and trl/experimental/{cpo,orpo} of TRL 1.16, written out here for numbers
in double; `sigmoid` has the label smoothing that TRL dropped in 0.29. A case is a batch of pairs; `loss` is each pair's, `by_chosen` and
`by_rejected` are the derivatives of their SUM by the policy's log-probabilities. `labelled` has the same for single answers with a label.
"""
import json, math, os
import torch
import torch.nn.functional as F

torch.manual_seed(5)
N = 6
lens = dict(chosen=[3, 8, 20, 1, 40, 11], rejected=[5, 8, 2, 9, 33, 60])
draw = lambda n: torch.tensor([-(0.2 + 1.5 * torch.rand(1, dtype=torch.float64).item()) * k for k in n], dtype=torch.float64)
DATA = dict(chosen=draw(lens["chosen"]), rejected=draw(lens["rejected"]))
DATA["ref_chosen"] = DATA["chosen"] + 4 * torch.randn(N, dtype=torch.float64)
DATA["ref_rejected"] = DATA["rejected"] + 4 * torch.randn(N, dtype=torch.float64)
NC, NR = (torch.tensor(lens[k], dtype=torch.float64) for k in ("chosen", "rejected"))

def divergence(kind, r, a):
    if kind == "forward_kl": return 1 - torch.exp(-r)
    if kind == "js_divergence": return math.log(2) + F.logsigmoid(r)
    if kind == "alpha_divergence": return (torch.exp(torch.clamp((a - 1) * r, max=80.0)) - 1) / (a - 1)
    return r

def smooth(x, e): return -(1 - e) * F.logsigmoid(x) - e * F.logsigmoid(-x)

def loss(kind, c, r, fc, fr, beta, e=0.0, f="reverse_kl", a=0.5, tau=0.05, gamma=0.5):
    rc, rr = c - fc, r - fr
    sc, sr = divergence(f, rc, a), divergence(f, rr, a)
    d, dn = sc - sr, sc / NC - sr / NR
    if kind == "sigmoid": return smooth(beta * d, e)
    if kind == "sigmoid_norm": return smooth(beta * dn, e)
    if kind == "hinge": return torch.relu(1 - beta * d)
    if kind == "ipo": return (dn - 1 / (2 * beta)) ** 2
    if kind == "exo_pair":
        q, p = torch.sigmoid(beta * d), torch.sigmoid(-beta * d)
        return q * (F.logsigmoid(beta * d) - math.log1p(-e)) + p * (F.logsigmoid(-beta * d) - math.log(e))
    if kind == "nca_pair": return -F.logsigmoid(beta * rc) - .5 * F.logsigmoid(-beta * rc) - .5 * F.logsigmoid(-beta * rr)
    if kind == "robust": return (-(1 - e) * F.logsigmoid(beta * d) + e * F.logsigmoid(-beta * d)) / (1 - 2 * e)
    if kind == "bco_pair": return -F.logsigmoid(beta * rc) - F.logsigmoid(-beta * rr)
    if kind == "sppo_hard": return (rc - .5 / beta) ** 2 + (rr + .5 / beta) ** 2
    if kind == "aot": return smooth(beta * (torch.sort(c - r)[0] - torch.sort(fc - fr)[0]), e)
    if kind == "aot_unpaired": return smooth(beta * (torch.sort(rc)[0] - torch.sort(rr)[0]), e)
    if kind == "apo_zero": return 1 - torch.sigmoid(beta * rc) + torch.sigmoid(beta * rr)
    if kind == "apo_down": return torch.sigmoid(beta * rc) + 1 - torch.sigmoid(beta * (rc - rr))
    if kind == "discopop":
        x = beta * d; m = torch.sigmoid(x / tau)
        return -F.logsigmoid(x) * (1 - m) + torch.exp(-x) * m
    mc, mr = c / NC, r / NR
    if kind == "simpo": return smooth(beta * (mc - mr) - gamma, e)
    if kind == "cpo": return smooth(beta * (c - r), e)
    if kind == "orpo":
        odds = (mc - mr) - (torch.log1p(-torch.exp(mc)) - torch.log1p(-torch.exp(mr)))
        return -beta * F.logsigmoid(odds)
    raise ValueError(kind)

CASES = [dict(kind=k, beta=b) for k in ("sigmoid", "sigmoid_norm", "hinge", "ipo", "nca_pair", "bco_pair", "sppo_hard", "aot", "aot_unpaired",
                                        "apo_zero", "apo_down", "discopop", "cpo", "orpo") for b in (0.1, 0.5)]
CASES += [dict(kind=k, beta=0.3, e=e) for k in ("sigmoid", "sigmoid_norm", "robust", "aot", "aot_unpaired", "cpo") for e in (0.0, 0.1, 0.4)]
CASES += [dict(kind="exo_pair", beta=0.3, e=e) for e in (1e-3, 0.2)] + [dict(kind="simpo", beta=2.0, gamma=g) for g in (0.0, 0.5, 1.4)]
CASES += [dict(kind="discopop", beta=0.1, tau=t) for t in (0.05, 1.0)]
CASES += [dict(kind=k, beta=0.2, f=f, a=a, e=0.1) for k in ("sigmoid", "sigmoid_norm", "hinge", "ipo", "exo_pair", "robust", "discopop")
          for f, a in (("forward_kl", 0.5), ("js_divergence", 0.5), ("alpha_divergence", 0.5), ("alpha_divergence", 1.5))]
out = []
for case in CASES:
    c, r = (DATA[k].clone().requires_grad_() for k in ("chosen", "rejected"))
    l = loss(c=c, r=r, fc=DATA["ref_chosen"], fr=DATA["ref_rejected"], **case)
    gc, gr = torch.autograd.grad(l.sum(), (c, r), allow_unused=True)
    out.append(dict(case, loss=l.tolist(), by_chosen=gc.tolist(), by_rejected=gr.tolist()))
# Labelled answers, by trl/trainer/kto_trainer.py: kl is detached, and each answer's loss is by its own log-probability.
def kto(r, wanted, kl, beta, desirable, undesirable, kind):
    z = torch.tensor(kl, dtype=torch.float64).clamp(min=0) if kind == "kto" else torch.zeros((), dtype=torch.float64)
    chosen, rejected = 1 - torch.sigmoid(beta * (r - z)), 1 - torch.sigmoid(beta * (z - r))
    return torch.where(wanted, desirable * chosen, undesirable * rejected)

WANTED = torch.tensor([True, False, False, True, True, False, True, False])
logp = draw([3, 8, 20, 1, 40, 11, 5, 33])
ref = logp + torch.tensor([0.0, 0.0, 4.0, -4.0, 9.0, -9.0, 40.0, 900.0], dtype=torch.float64)
labelled = []
for kind, kl, beta, d, u in (("kto", 0.0, 0.1, 1.0, 1.0), ("kto", 3.5, 0.1, 1.0, 1.0), ("kto", 3.5, 0.5, 1.3, 0.4), ("kto", -2.0, 0.3, 1.0, 2.0),
                             ("apo_zero_unpaired", 3.5, 0.1, 1.0, 1.0), ("apo_zero_unpaired", 0.0, 0.5, 0.0, 1.5)):
    p = logp.clone().requires_grad_()
    l = kto(p - ref, WANTED, kl, beta, d, u, kind)
    labelled.append(dict(kind=kind, kl=kl, beta=beta, desirable=d, undesirable=u, loss=l.tolist(), by_logp=torch.autograd.grad(l.sum(), p)[0].tolist()))
answers = dict(wanted=WANTED.tolist(), logp=logp.tolist(), ref=ref.tolist(), cases=labelled)
pairs = {k: v.tolist() for k, v in DATA.items()} | {"chosen_tokens": lens["chosen"], "rejected_tokens": lens["rejected"]}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected.json")
json.dump(dict(torch=torch.__version__, pairs=pairs, cases=out, labelled=answers), open(path, "w"), indent=0)
print(len(out), "cases of pairs,", len(labelled), "of labelled answers")
