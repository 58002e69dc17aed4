"""Opens a reward model as any user would and prints what it gives texts as JSON.

python hf_rewards.py MODEL_DIR [ADAPTER_DIR] < lists of ids  ->  {"class": .., "alone": [reward of each], "together": [the same, padded in one batch]}
"""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForSequenceClassification

model = AutoModelForSequenceClassification.from_pretrained(
    sys.argv[1], num_labels=1, dtype=torch.float32
)
if len(sys.argv) > 2:
    model = PeftModel.from_pretrained(model, sys.argv[2])
model.eval()
texts = json.load(sys.stdin)
longest = max(map(len, texts))
pad = model.config.pad_token_id
padded = torch.tensor([ids + [pad] * (longest - len(ids)) for ids in texts])
mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids in texts])
with torch.no_grad():
    alone = [model(input_ids=torch.tensor([ids])).logits.item() for ids in texts]
    together = model(input_ids=padded, attention_mask=mask).logits[:, 0].tolist()
json.dump({"class": type(model).__name__, "alone": alone, "together": together}, sys.stdout)
