"""Adds tokens as Axolotl does, and opens what hone wrote with the same ones.

python new_tokens.py BASE_DIR OUTPUT_DIR [ADAPTER] < texts.json
  ->  {"expected": ids of each text, "saved": the same by OUTPUT_DIR, "names": of its special tokens,
       "rows": of the embedding, "logits": [T][V] of the first text}
"""

import json
import sys

import torch
from peft import PeftModel
from tokenizers import AddedToken
from transformers import AutoModelForCausalLM, AutoTokenizer

texts = json.load(sys.stdin)
base, output = sys.argv[1], sys.argv[2]
expected = AutoTokenizer.from_pretrained(base)
expected.add_special_tokens({"pad_token": AddedToken("<pad>", rstrip=False, lstrip=False, normalized=False)})
expected.add_tokens([AddedToken(t, rstrip=False, lstrip=False, normalized=False) for t in ("<think>", "a", "</think>")])
expected.add_special_tokens({"additional_special_tokens": ["<tool>"]})
saved = AutoTokenizer.from_pretrained(output)
if len(sys.argv) > 3:
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model.config.tie_word_embeddings = False
    model.resize_token_embeddings(544, mean_resizing=False)
    model = PeftModel.from_pretrained(model, output)
else:
    model = AutoModelForCausalLM.from_pretrained(output, dtype=torch.float32)
model.eval()
ids = [saved.encode(text) for text in texts]
with torch.no_grad():
    logits = model(input_ids=torch.tensor([ids[0]])).logits[0]
json.dump(
    {
        "expected": [expected.encode(text) for text in texts],
        "saved": ids,
        "names": {"pad": saved.pad_token, "special": "<tool>" in saved.all_special_tokens},
        "rows": model.get_input_embeddings().weight.shape[0],
        "logits": logits.tolist(),
    },
    sys.stdout,
)
