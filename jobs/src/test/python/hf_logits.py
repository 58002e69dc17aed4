"""Opens a checkpoint as any user would and prints its logits as JSON.

python hf_logits.py MODEL_DIR [ADAPTER_DIR] < ids.json  ->  {"logits": [T][V], "text": ids decoded}
"""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32)
if len(sys.argv) > 2:
    model = PeftModel.from_pretrained(model, sys.argv[2])
model.eval()
ids = json.load(sys.stdin)
with torch.no_grad():
    logits = model(input_ids=torch.tensor([ids])).logits[0]
text = AutoTokenizer.from_pretrained(sys.argv[1]).decode(ids)
json.dump({"logits": logits.tolist(), "text": text}, sys.stdout)
