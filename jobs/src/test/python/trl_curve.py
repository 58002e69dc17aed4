"""Trains with TRL's SFTTrainer on a folder of exported packs, in their order, and prints what it logs.

python trl_curve.py < settings.json
settings: {"model": DIR, "data": DIR that load_dataset opens, "arguments": {SFTConfig}}
prints:   {"missing": "why"} where TRL cannot be imported, else
          {"columns": [...], "splits": {"train": rows, ...},
           "curve": [{"step": 1, "loss": ..., "grad_norm": ..., "learning_rate": ...}, ...]}
"""

import json
import sys
import tempfile

settings = json.load(sys.stdin)
try:
    import torch
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit()

with tempfile.TemporaryDirectory() as folder:
    data = load_dataset(settings["data"], cache_dir=folder)
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(settings["model"], dtype=torch.float32),
        processing_class=AutoTokenizer.from_pretrained(settings["model"]),
        train_dataset=data["train"],
        args=SFTConfig(
            output_dir=folder,
            use_cpu=True,
            bf16=False,
            report_to=[],
            save_strategy="no",
            logging_strategy="steps",
            logging_steps=1,
            disable_tqdm=True,
            gradient_checkpointing=False,
            train_sampling_strategy="sequential",
            # The packs are made; padding_free reads their seq_lengths.
            padding_free=True,
            max_length=None,
            **settings["arguments"],
        ),
    )
    trainer.train()
    answer = {
        "columns": data["train"].column_names,
        "splits": {name: rows.num_rows for name, rows in data.items()},
        "curve": [
            {"step": entry["step"], **{key: entry[key] for key in ("loss", "grad_norm", "learning_rate")}}
            for entry in trainer.state.log_history
            if "loss" in entry
        ],
    }
print(json.dumps(answer))
