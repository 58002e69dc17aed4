"""Records what Transformers and PEFT compute with a tiny model of each family.

    python generate.py [NAME ...]        # needs torch, transformers, peft

A folder has the layout of ../parity (see its README). Models are as small as they can be while every layer of a family
that differs from Llama is in them. Everything is float32; attention sees its own document only.
"""
import json
import os
import shutil
import sys

import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoConfig, AutoModelForCausalLM

HERE = os.path.dirname(os.path.abspath(__file__))
VOCAB = 48
COMMON = dict(
    vocab_size=VOCAB, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=256, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
    pad_token_id=2)
FAMILIES = {
    "mistral": dict(model_type="mistral", head_dim=8, sliding_window=9, tie_word_embeddings=False),
    "qwen2": dict(model_type="qwen2", use_sliding_window=True, sliding_window=9, max_window_layers=1,
                  rope_parameters=dict(rope_type="yarn", rope_theta=1000.0, factor=4.0,
                                       original_max_position_embeddings=16)),
    "llama": dict(model_type="llama", head_dim=8, hidden_act="gelu_pytorch_tanh",
                  rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
    "gemma2": dict(model_type="gemma2", head_dim=8, query_pre_attn_scalar=12, sliding_window=9,
                   attn_logit_softcapping=2.0, final_logit_softcapping=3.0),
    "gemma3": dict(model_type="gemma3_text", head_dim=8, query_pre_attn_scalar=12, sliding_window=9,
                   layer_types=["sliding_attention", "full_attention"], final_logit_softcapping=3.0,
                   rope_parameters=dict(
                       full_attention=dict(rope_type="linear", rope_theta=1000.0, factor=8.0),
                       sliding_attention=dict(rope_type="default", rope_theta=100.0))),
    "phi3": dict(model_type="phi3", num_attention_heads=2, num_key_value_heads=1, sliding_window=9,
                 partial_rotary_factor=0.5, resid_pdrop=0.0, tie_word_embeddings=False),
    "granite": dict(model_type="granite", embedding_multiplier=3.0, attention_multiplier=0.2,
                    residual_multiplier=0.4, logits_scaling=2.0, attention_bias=True, mlp_bias=True),
    "olmo2": dict(model_type="olmo2", tie_word_embeddings=False),
    "smollm3": dict(model_type="smollm3", no_rope_layers=[1, 0], use_sliding_window=True, sliding_window=9),
}
LORA = dict(r=2, lora_alpha=4, target_modules="all-linear", task_type="CAUSAL_LM")


def rows(g, count, length):
    """Packed rows; the first tokens of a document are no targets."""
    out = []
    for _ in range(count):
        ids, labels, positions = [], [], []
        while len(ids) < length:
            n = min(int(torch.randint(4, 30, (1,), generator=g)), length - len(ids))
            document = torch.randint(3, VOCAB, (n,), generator=g).tolist()
            cut = max(1, int(torch.randint(0, max(1, n // 2), (1,), generator=g)))
            ids += document
            positions += range(n)
            labels += [-100] * cut + document[cut:]
        out.append(dict(input_ids=ids, labels=labels, position_ids=positions))
    return out


def masks(config, positions):
    """What a token may attend to, for each kind of layer that the model has."""
    document = (positions == 0).cumsum(-1)
    n = positions.shape[1]
    full = (document[:, :, None] == document[:, None, :]) & torch.ones(n, n, dtype=torch.bool).tril()
    near = full & ((torch.arange(n)[:, None] - torch.arange(n)[None, :]) < (config.sliding_window or n)
                   if getattr(config, "sliding_window", None) else full)
    as_bias = lambda ok: torch.zeros(ok.shape).masked_fill(~ok, float("-inf"))[:, None]
    if getattr(config, "layer_types", None):
        return dict(full_attention=as_bias(full), sliding_attention=as_bias(near))
    return as_bias(near)


def logits(model, batch):
    return model(input_ids=batch["input_ids"], position_ids=batch["position_ids"],
                 attention_mask=masks(model.config, batch["position_ids"]), use_cache=False).logits


def loss(model, batch):
    targets = batch["labels"][:, 1:].reshape(-1)
    return torch.nn.functional.cross_entropy(logits(model, batch)[:, :-1].reshape(-1, VOCAB), targets, ignore_index=-100)


def train(model, batch, lr=1e-3, steps=3):
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    log = []
    for _ in range(steps):
        value = loss(model, batch)
        optimizer.zero_grad()
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        log.append(dict(loss=value.item(), grad_norm=norm.item()))
        optimizer.step()
    return dict(lr=lr, betas=[0.9, 0.999], eps=1e-8, weight_decay=0.01, max_grad_norm=1.0, steps=log)


def make(name, seed):
    torch.manual_seed(seed)
    g = torch.Generator().manual_seed(seed)
    out = os.path.join(HERE, name)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    settings = {**COMMON, **FAMILIES[name]}
    model = AutoModelForCausalLM.from_config(
        AutoConfig.for_model(settings.pop("model_type"), **settings), attn_implementation="eager").float()
    with torch.no_grad():
        for parameter in model.parameters():  # biases and norms away from their trivial first values
            if parameter.dim() == 1:
                parameter.add_(0.1 * torch.randn(parameter.shape, generator=g))
            else:
                parameter.mul_(8.0)
    directory = os.path.join(out, "model")
    model.save_pretrained(directory)
    base = lambda: AutoModelForCausalLM.from_pretrained(directory, attn_implementation="eager", dtype=torch.float32)

    adapted = get_peft_model(base(), LoraConfig(**LORA))
    with torch.no_grad():
        for parameter_name, parameter in adapted.named_parameters():
            if "lora_B" in parameter_name:
                parameter.copy_(0.1 * torch.randn(parameter.shape, generator=g))
    adapter = os.path.join(out, "adapter")
    adapted.save_pretrained(adapter)
    os.remove(os.path.join(adapter, "README.md"))
    path = os.path.join(adapter, "adapter_config.json")
    config = json.load(open(path))
    config["base_model_name_or_path"] = "../model"
    json.dump(config, open(path, "w"), indent=2, sort_keys=True)

    batch_rows = rows(g, 2, 40)
    json.dump(batch_rows, open(os.path.join(out, "batch.json"), "w"))
    batch = {key: torch.tensor([row[key] for row in batch_rows]) for key in batch_rows[0]}
    model = base()
    value = loss(model, batch)
    value.backward()
    with torch.no_grad():
        found = logits(model, batch)
    prompt = torch.randint(3, VOCAB, (12,), generator=g).tolist()
    answer = base().generate(torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt)), max_new_tokens=12,
                             do_sample=False, eos_token_id=None, pad_token_id=0)[0, len(prompt):].tolist()
    json.dump(dict(
        loss=value.item(),
        grad_norms={n: p.grad.norm().item() for n, p in model.named_parameters()},
        logits=[dict(row=0, position=t, values=found[0, t].tolist()) for t in (0, 13, 27, 39)],
        sft_full=train(base(), batch),
        sft_lora=train(PeftModel.from_pretrained(base(), adapter, is_trainable=True), batch),
        greedy=dict(prompt=prompt, continuation=answer)), open(os.path.join(out, "expected.json"), "w"))
    json.dump(dict(torch=torch.__version__, transformers=transformers.__version__, peft=peft.__version__, seed=seed),
              open(os.path.join(out, "versions.json"), "w"))
    print(name, value.item())


if __name__ == "__main__":
    for index, family in enumerate(sys.argv[1:] or FAMILIES):
        make(family, 20 + index)
