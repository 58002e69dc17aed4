"""Trains with transformers.Trainer on pre-tokenized rows, in file order, and prints what it logs.

Rows with position_ids are packs: one a batch, and no attention mask, so that Transformers finds the
documents by the positions.

python trainer_curve.py < settings.json
settings: [{"model": DIR, "adapter": DIR or null, "rows": FILE.jsonl, "arguments": {TrainingArguments}}, ...]
prints:   [[{"step": 1, "loss": ..., "grad_norm": ..., "learning_rate": ...}, ...], ...]
"""

import json
import sys
import tempfile

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments



def collate(batch):
    if "position_ids" in batch[0]:
        (pack,) = batch
        names = ("input_ids", "labels", "position_ids")
        return {name: torch.tensor([pack[name]]) for name in names}
    longest = max(len(row["input_ids"]) for row in batch)

    def padded(key, filler):
        return torch.tensor([row[key] + [filler] * (longest - len(row[key])) for row in batch])

    mask = [[1] * len(row["input_ids"]) + [0] * (longest - len(row["input_ids"])) for row in batch]
    return {
        "input_ids": padded("input_ids", 1),
        "labels": padded("labels", -100),
        "attention_mask": torch.tensor(mask),
    }


def curve(settings):
    model = AutoModelForCausalLM.from_pretrained(settings["model"], dtype=torch.float32)
    if settings["adapter"]:
        model = PeftModel.from_pretrained(model, settings["adapter"], is_trainable=True)
    with open(settings["rows"]) as file:
        rows = [json.loads(line) for line in file]
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            train_dataset=rows,
            data_collator=collate,
            args=TrainingArguments(
                output_dir=folder,
                use_cpu=True,
                report_to=[],
                save_strategy="no",
                logging_strategy="steps",
                logging_steps=1,
                disable_tqdm=True,
                remove_unused_columns=False,
                train_sampling_strategy="sequential",
                **settings["arguments"],
            ),
        )
        trainer.train()
    return [
        {"step": entry["step"], **{key: entry[key] for key in ("loss", "grad_norm", "learning_rate")}}
        for entry in trainer.state.log_history
        if "loss" in entry
    ]


print(json.dumps([curve(settings) for settings in json.load(sys.stdin)]))
