"""What PyTorch says of the loss over rewards, and what TRL's RewardTrainer logs, step by step, on the tiny llama of ../parity: rewards.json.

    python rewards.py      # needs torch, transformers, datasets, peft and trl

A step has two pairs, in order; `accumulated` takes them one by one. All weights are trained in float32 by torch's AdamW without decay, or with `adapter` LoRA and
the score beside it. The score begins as 0.1 sin(3 i), the matrices A as 0.05 sin(i) by their flat index i, so that both sides can make them.
"""
import json, os, sys
os.environ["HF_HUB_OFFLINE"] = "1"
import torch, transformers, trl
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from trl import RewardConfig, RewardTrainer

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "parity", "llama", "model")
STEPS, LR = 6, 2e-3

cases = []
for chosen, rejected, margin, centring in ((0, 0, 0, 0), (1.5, 0.5, 1, 0.01), (-2.25, 3.5, 0, 0), (0.75, -1.25, 0.5, 0.1), (40, -60, 0, 0), (-700, 30, 2, 0.001), (0.1, 0.2, -3, 0)):
    c, r = (torch.tensor(float(x), dtype=torch.float64, requires_grad=True) for x in (chosen, rejected))
    loss = -torch.nn.functional.logsigmoid(c - r - margin) + centring * (c + r) ** 2
    loss.backward()
    cases.append(dict(chosen=chosen, rejected=rejected, margin=margin, centring=centring, loss=loss.item(), by_chosen=c.grad.item(), by_rejected=r.grad.item()))

g = torch.Generator().manual_seed(12)
ids = lambda n: torch.randint(3, 512, (n,), generator=g).tolist()
PAIRS = [dict(prompt=ids(p), chosen=ids(c) + [2] * (i % 3), rejected=ids(r) + [2] * (i % 2), margin=[0.5, 0.0, 1.25, -0.5][i % 4]) for i, (p, c, r) in enumerate(
    ((5, 9, 4), (12, 3, 14), (2, 20, 17), (8, 6, 6), (17, 1, 11), (4, 13, 2), (9, 9, 9), (3, 5, 21), (6, 16, 8), (11, 2, 3), (7, 7, 12), (5, 10, 1)))]

class Rewards(RewardTrainer):
    def _get_train_sampler(self, *args, **kwargs): return torch.utils.data.SequentialSampler(self.train_dataset)
    def _prepare_dataset(self, dataset, *args, **kwargs):
        rows = [dict(chosen_ids=p["prompt"] + p["chosen"], rejected_ids=p["prompt"] + p["rejected"]) for p in PAIRS]
        return Dataset.from_list([row | (dict(margin=p["margin"]) if "margin" in dataset.column_names else {}) for row, p in zip(rows, PAIRS)])

# name: adapter, margins, centring, micro-batches
RUNS = {"plain": (False, False, None, 1), "margins, accumulated": (False, True, None, 2), "adapter": (True, False, None, 1), "adapter, centred margins": (True, True, 0.05, 1)}
out = {}
for name, (adapter, margins, centring, batches) in RUNS.items():
    torch.manual_seed(0)
    model = AutoModelForSequenceClassification.from_pretrained(MODEL, num_labels=1, dtype=torch.float32)
    sine = lambda p, size, step: p.data.copy_((size * torch.sin(step * torch.arange(p.numel(), dtype=torch.float64))).reshape(p.shape))
    sine(model.score.weight, 0.1, 3)
    if adapter:
        model = get_peft_model(model, LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="SEQ_CLS", modules_to_save=["score"]))
        for key, p in model.named_parameters():
            if "lora_A" in key: sine(p, 0.05, 1)
    args = RewardConfig(output_dir="/tmp/trl-rewards", per_device_train_batch_size=2 // batches, gradient_accumulation_steps=batches, learning_rate=LR, lr_scheduler_type="constant",
                        max_steps=STEPS, logging_steps=1, report_to=[], use_cpu=True, bf16=False, weight_decay=0.0, max_grad_norm=1.0, save_strategy="no", gradient_checkpointing=False,
                        max_length=64, center_rewards_coefficient=centring)
    text = dict(chosen="a", rejected="b") | (dict(margin=0.0) if margins else {})
    run = Rewards(model=model, args=args, train_dataset=Dataset.from_list([text] * len(PAIRS)), processing_class=AutoTokenizer.from_pretrained(MODEL))
    run.train()
    keep = ("loss", "grad_norm", "accuracy", "mean_reward", "margin") + (("min_reward", "max_reward") if batches == 1 else ())
    out[name] = [{k: float(log[k]) for k in keep} for log in run.state.log_history if "loss" in log]
    print(name, model.config.pad_token_id, out[name], sorted(run.state.log_history[0]), file=sys.stderr)
versions = dict(torch=torch.__version__, transformers=transformers.__version__, trl=trl.__version__)
json.dump(dict(versions=versions, learning_rate=LR, cases=cases, pairs=PAIRS, runs=out), open(os.path.join(HERE, "rewards.json"), "w"))
