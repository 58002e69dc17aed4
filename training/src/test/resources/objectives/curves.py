"""What TRL's own trainers log, step by step, on the tiny llama of ../parity: curves.json.

    python curves.py      # needs torch, transformers, datasets, peft and trl

All weights are trained in float32 by torch's AdamW without decay; a step has two pairs, or four labelled answers, in order. They are token ids, given to the trainers in
place of what they would have tokenized, so that both sides see the same. What KTOTrainer does after tokenizing is done here too: it turns the completions of
a batch by one. `kto adapter` continues the adapter of ../parity, of which TRL keeps a copy as the reference.
"""
import json, os, sys
os.environ["HF_HUB_OFFLINE"] = "1"
import torch, transformers, trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from peft import PeftModel
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer
from trl.experimental.cpo import CPOConfig, CPOTrainer
from trl.experimental.orpo import ORPOConfig, ORPOTrainer

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "parity", "llama", "model")
STEPS, LR, KTO_LR = 6, 5e-4, 2e-3  # the higher one moves the policy so far from its reference that the distance counts
g = torch.Generator().manual_seed(11)
ids = lambda n, below=512: torch.randint(3, below, (n,), generator=g).tolist()
PAIRS = [dict(prompt=ids(n), chosen=ids(c) + [2], rejected=ids(r) + [2]) for n, c, r in
         ((5, 9, 4), (12, 3, 14), (2, 20, 17), (8, 6, 6), (17, 1, 11), (4, 13, 2), (9, 9, 9), (3, 5, 21), (6, 16, 8), (11, 2, 3), (7, 7, 12), (5, 10, 1))]
lens = ((5, 9), (12, 3), (2, 20), (8, 6), (17, 1), (4, 13), (9, 9), (3, 21), (6, 16), (11, 2), (7, 7), (5, 10), (18, 11), (2, 4), (10, 14), (15, 5), (3, 3), (6, 22),
        (13, 8), (1, 12), (9, 1), (4, 17), (8, 10), (16, 6))
LABELLED = [dict(prompt=ids(n, 60), completion=ids(c, 60) + [2], label=i % 3 != 1) for i, (n, c) in enumerate(lens)]
KEEP = ("kl", "loss", "grad_norm", "entropy", "mean_token_accuracy", "nll_loss", "log_odds_ratio", "log_odds_chosen")

def arguments(config, batch=2, max_length=64, lr=LR, **more):
    return config(output_dir="/tmp/trl-curves", per_device_train_batch_size=batch, learning_rate=lr, lr_scheduler_type="constant", max_steps=STEPS, logging_steps=1,
                  report_to=[], use_cpu=True, bf16=False, weight_decay=0.0, max_grad_norm=1.0, save_strategy="no", max_length=max_length, gradient_checkpointing=False, **more)

def in_order(trainer):
    class InOrder(trainer):
        def _get_train_sampler(self, *args, **kwargs): return torch.utils.data.SequentialSampler(self.train_dataset)
    return InOrder

class Dpo(in_order(DPOTrainer)):
    def _prepare_dataset(self, dataset, *args, **kwargs):
        return Dataset.from_list([dict(prompt_ids=p["prompt"], chosen_ids=p["chosen"], rejected_ids=p["rejected"]) for p in PAIRS])

class Kto(in_order(KTOTrainer)):
    def _prepare_dataset(self, dataset, processing_class, args, name):
        rows = [dict(prompt_ids=p["prompt"], completion_ids=p["completion"], label=p["label"]) for p in LABELLED]
        for i, row in enumerate(rows) if self.calculate_KL else ():
            batch = i - i % args.per_device_train_batch_size
            row["KL_completion_ids"] = rows[i - 1 if i > batch else batch + args.per_device_train_batch_size - 1]["completion_ids"]
        return Dataset.from_list(rows)

def tokenized(self, feature, model=None):
    p = PAIRS[feature["index"]]; row = dict(prompt_input_ids=p["prompt"], prompt_attention_mask=[1] * len(p["prompt"]))
    for k in ("chosen", "rejected"):
        full = p["prompt"] + p[k]
        row |= {k + "_input_ids": full, k + "_attention_mask": [1] * len(full), k + "_labels": [-100] * len(p["prompt"]) + p[k]}
    return row

Orpo, Cpo = in_order(ORPOTrainer), in_order(CPOTrainer)
Orpo.tokenize_row = Cpo.tokenize_row = tokenized
TEXT = Dataset.from_list([dict(prompt="a", chosen="b", rejected="c", index=i) for i in range(len(PAIRS))])
RUNS = {}
for name in ("sigmoid", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard", "aot", "aot_unpaired", "apo_zero", "apo_down", "discopop", "sigmoid_norm"):
    smoothing = {"robust": 0.1, "exo_pair": 1e-3}.get(name, 0.0)
    RUNS["dpo " + name] = (Dpo, arguments(DPOConfig, beta=0.1, loss_type=[name], label_smoothing=smoothing))
RUNS["dpo mpo"] = (Dpo, arguments(DPOConfig, beta=0.1, loss_type=["sigmoid", "bco_pair", "sft"], loss_weights=[0.8, 0.2, 1.0]))
RUNS["dpo ld"] = (Dpo, arguments(DPOConfig, beta=0.1, loss_type=["sigmoid"], ld_alpha=0.5))
RUNS["dpo js"] = (Dpo, arguments(DPOConfig, beta=0.1, loss_type=["sigmoid"], f_divergence_type="js_divergence"))
RUNS["orpo"] = (Orpo, arguments(ORPOConfig, beta=0.1))
RUNS["simpo"] = (Cpo, arguments(CPOConfig, beta=2.0, loss_type="simpo", simpo_gamma=0.5, cpo_alpha=0.0))
RUNS["cpo"] = (Cpo, arguments(CPOConfig, beta=0.1, loss_type="sigmoid", cpo_alpha=1.0))
RUNS["cpo smooth"] = (Cpo, arguments(CPOConfig, beta=0.1, loss_type="sigmoid", cpo_alpha=0.5, label_smoothing=0.1))
RUNS["cpo simpo"] = (Cpo, arguments(CPOConfig, beta=2.0, loss_type="simpo", simpo_gamma=0.5, cpo_alpha=1.0))
kto = lambda **more: (Kto, arguments(KTOConfig, batch=4, lr=KTO_LR, train_sampling_strategy="sequential", **({"beta": 0.1} | more)))
RUNS["kto"] = kto()
RUNS["kto weights"] = kto(beta=0.5, desirable_weight=1.3, undesirable_weight=0.5)
RUNS["kto undesirable"] = kto(beta=0.3, desirable_weight=0.0, undesirable_weight=2.0)
RUNS["kto cut"] = kto(max_length=30)
RUNS["kto adapter"] = kto()
RUNS["kto apo_zero_unpaired"] = kto(loss_type="apo_zero_unpaired")
out = {}
for name, (trainer, args) in RUNS.items():
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
    if name == "kto adapter": model = PeftModel.from_pretrained(model, os.path.join(MODEL, "..", "adapter"), is_trainable=True)
    run = trainer(model=model, args=args, train_dataset=TEXT, processing_class=AutoTokenizer.from_pretrained(MODEL))
    run.train()
    out[name] = [{k: float(v) for k, v in log.items() if k in KEEP or "/" in k} for log in run.state.log_history if "loss" in log]
    print(name, [round(s["loss"], 4) for s in out[name]], [round(s.get("kl", 0), 4) for s in out[name]], sorted(out[name][0]), file=sys.stderr)
versions = dict(torch=torch.__version__, transformers=transformers.__version__, trl=trl.__version__)
json.dump(dict(versions=versions, learning_rate=LR, kto_learning_rate=KTO_LR, pairs=PAIRS, labelled=LABELLED, runs=out), open(os.path.join(HERE, "curves.json"), "w"))
