"""Regenerates expected.json: what transformers.Trainer logs for a tiny model and five pre-tokenized rows.

    python generate.py ../parity/llama/model
Needs torch, transformers and accelerate; their versions are written into the file.

Five rows in micro-batches of two make three micro-batches an epoch, so that with an accumulation of two both the last
micro-batch and the last step of an epoch are partial. Rows have different numbers of trained tokens, so that a mean of
means would give another loss.
"""
import json, sys, tempfile
import torch, transformers
from torch.utils.data import SequentialSampler
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

SETTINGS = dict(per_device_train_batch_size=2, gradient_accumulation_steps=2, num_train_epochs=3, learning_rate=1e-3,
                lr_scheduler_type="cosine", warmup_steps=2, weight_decay=0.1, max_grad_norm=1.0, seed=7)

def rows():
    g = torch.Generator().manual_seed(11)
    out = []
    for length, prompt in ((9, 3), (17, 12), (5, 1), (30, 8), (12, 11)):
        ids = torch.randint(3, 512, (length,), generator=g).tolist()
        out.append(dict(input_ids=ids, labels=[-100] * prompt + ids[prompt:]))
    return out

def collate(batch):
    longest = max(len(r["input_ids"]) for r in batch)
    pad = lambda values, fill: values + [fill] * (longest - len(values))
    return dict(input_ids=torch.tensor([pad(r["input_ids"], 2) for r in batch]),
                attention_mask=torch.tensor([pad([1] * len(r["input_ids"]), 0) for r in batch]),
                labels=torch.tensor([pad(r["labels"], -100) for r in batch]))

class InOrder(Trainer):
    def _get_train_sampler(self, dataset=None):
        return SequentialSampler(self.train_dataset)

model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32, attn_implementation="eager")
arguments = TrainingArguments(output_dir=tempfile.mkdtemp(), logging_steps=1, save_strategy="no", report_to=[],
                              use_cpu=True, disable_tqdm=True, remove_unused_columns=False, **SETTINGS)
data = rows()
trainer = InOrder(model=model, args=arguments, train_dataset=data, data_collator=collate)
trainer.train()
steps = [{k: log[k] for k in ("step", "epoch", "loss", "grad_norm", "learning_rate")}
         for log in trainer.state.log_history if "loss" in log]
json.dump(dict(versions=dict(torch=torch.__version__, transformers=transformers.__version__), settings=SETTINGS, rows=data, steps=steps),
          open("expected.json", "w"), indent=1)
