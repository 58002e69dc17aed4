"""Opens checkpoints as any user would and prints their logits as JSON.

python hf_logits.py < {"ids": [..], "models": [[MODEL_DIR] or [MODEL_DIR, ADAPTER_DIR], ..]}
  ->  [{"logits": [T][V], "text": ids decoded}, ..]
"""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def answer(ids, base, adapter=None):
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if adapter:
        model = PeftModel.from_pretrained(model, adapter)
    model.eval()
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids])).logits[0]
    return {"logits": logits.tolist(), "text": AutoTokenizer.from_pretrained(base).decode(ids)}


asked = json.load(sys.stdin)
json.dump([answer(asked["ids"], *folders) for folders in asked["models"]], sys.stdout)
