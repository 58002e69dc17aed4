"""Writes a random Llama of two layers with a byte-level tokenizer, and a random LoRA adapter for it.

python tiny_model.py DIR     ->  DIR/model (Hugging Face), DIR/adapter (PEFT)
"""

import os
import sys

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

out = sys.argv[1]
torch.manual_seed(11)

alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
vocabulary = {token: i for i, token in enumerate(["<|im_start|>", "<|im_end|>", *alphabet])}
tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
fast = PreTrainedTokenizerFast(
    tokenizer_object=tokenizer,
    bos_token="<|im_start|>",
    eos_token="<|im_end|>",
    pad_token="<|im_end|>",
)
fast.chat_template = TEMPLATE

config = LlamaConfig(
    vocab_size=len(vocabulary),
    hidden_size=64,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    tie_word_embeddings=True,
    bos_token_id=0,
    eos_token_id=1,
    pad_token_id=1,
)
model = LlamaForCausalLM(config).float()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        # The default of 0.02 gives nearly uniform logits, in which a wrong layer would hardly show.
        if "norm" in name:
            parameter.add_(0.1 * torch.randn_like(parameter))
        else:
            parameter.normal_(0.0, 0.1)
model.save_pretrained(os.path.join(out, "model"))
fast.save_pretrained(os.path.join(out, "model"))

lora = get_peft_model(
    model, LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")
)
with torch.no_grad():
    for name, parameter in lora.named_parameters():
        if "lora_" in name:
            parameter.normal_(0.0, 0.05)
lora.save_pretrained(os.path.join(out, "adapter"))
