"""Regenerates expected.json and the adapter directories beside it: a few steps of PEFT with each of its settings.

    PYTHONHASHSEED=0 python generate.py
Needs torch, transformers and peft; their versions are written into the file. The base models are those of ../parity.
Each adapter begins with random numbers in place of the zeros that PEFT puts there, is saved, and is then trained; the
directory is the start. Rows are one document each, whose tokens follow from whole numbers.
"""
import json, os, shutil
import peft, torch, transformers
from peft import LoraConfig, get_peft_model
from peft.optimizers import create_loraplus_optimizer
from transformers import AutoModelForCausalLM

STEPS, LR, BETAS, EPS, MAX_NORM = 5, 5e-3, (0.9, 0.99), 1e-8, 1.0
ROWS = [[(i * 7 + 3 * k * i + 11 * k + 5) % 512 for i in range(length)] for k, length in enumerate((14, 9, 20))]
PROMPT = 3  # tokens of each row without a loss

CASES = {
    "rslora_patterns": ("llama", dict(
        r=4, lora_alpha=6, use_rslora=True, target_modules=["q_proj", "up_proj", "down_proj"],
        rank_pattern={"layers.0.self_attn.q_proj": 2, "down_proj": 3},
        alpha_pattern={"up_proj": 2.5, "layers.1.mlp.down_proj": 9}), {}),
    "layers": ("llama", dict(
        r=2, lora_alpha=4, target_modules=["v_proj", "gate_proj"], layers_to_transform=[0, 2], layers_pattern="layers",
        exclude_modules=["model.layers.2.mlp.gate_proj"]), {}),
    "pattern": ("llama", dict(
        r=2, lora_alpha=4, target_modules=r".*layers\.[12]\..*(k|o)_proj", exclude_modules=r".*\.2\..*k_proj"), {}),
    "dora": ("llama", dict(r=3, lora_alpha=6, use_dora=True, target_modules=["q_proj", "down_proj"]), {}),
    "dora_with_biases": ("qwen2", dict(
        r=2, lora_alpha=3, use_dora=True, use_rslora=True, target_modules=["k_proj", "v_proj", "up_proj"],
        rank_pattern={"up_proj": 4}), {"loraplus_lr_ratio": 4.0}),
    "biases_of_branches": ("qwen2", dict(r=2, lora_alpha=3, bias="lora_only", target_modules=["q_proj", "o_proj"]), {}),
    "all_biases": ("qwen2", dict(r=2, lora_alpha=3, bias="all", target_modules=["v_proj", "o_proj"]), {}),
    "norms": ("qwen3", dict(r=2, lora_alpha=3, modules_to_save=["norm"], target_modules=["v_proj"]), {}),
    "embedding": ("llama", dict(r=2, lora_alpha=3, modules_to_save=["embed_tokens"], target_modules=["v_proj"]), {}),
    "embedding_and_head": ("llama", dict(
        r=2, lora_alpha=3, modules_to_save=["embed_tokens", "lm_head"], target_modules=["v_proj"]), {}),
    "loraplus": ("llama", dict(r=2, lora_alpha=4, target_modules=["o_proj"]), {"loraplus_lr_ratio": 8.0}),
}

def start(name, model):
    for key, value in model.named_parameters():
        if "lora_B" in key:
            value.data.normal_(std=0.1)
        if "lora_magnitude_vector" in key:
            value.data.mul_(1 + 0.2 * torch.randn_like(value))
    shutil.rmtree(name, ignore_errors=True)
    model.save_pretrained(name)
    os.remove(os.path.join(name, "README.md"))

# These begin as PEFT begins them, from the base model's weights.
FRESH = {
    "olora": ("llama", dict(r=4, lora_alpha=6, init_lora_weights="olora", target_modules=["q_proj", "down_proj"]), {}),
    "pissa": ("llama", dict(r=4, lora_alpha=6, init_lora_weights="pissa", target_modules=["q_proj", "down_proj"]), {}),
}

def run(name, base, settings, extras, fresh=False):
    torch.manual_seed(sum(map(ord, name)))
    model = AutoModelForCausalLM.from_pretrained(os.path.join("..", "parity", base, "model"), dtype=torch.float32)
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **settings))
    if not fresh:
        start(name, model)
    trained = [p for p in model.parameters() if p.requires_grad]
    if "loraplus_lr_ratio" in extras:
        optimizer = create_loraplus_optimizer(model, torch.optim.AdamW, lr=LR, betas=BETAS, eps=EPS, **extras)
    else:
        optimizer = torch.optim.AdamW(trained, lr=LR, betas=BETAS, eps=EPS, weight_decay=0.0)
    targets = sum(len(row) - PROMPT for row in ROWS)
    steps = []
    for _ in range(STEPS):
        total = 0.0
        for row in ROWS:
            logits = model(input_ids=torch.tensor([row])).logits[0, PROMPT - 1:-1]
            loss = torch.nn.functional.cross_entropy(logits, torch.tensor(row[PROMPT:]), reduction="sum") / targets
            loss.backward()
            total += loss.item()
        norm = torch.nn.utils.clip_grad_norm_(trained, MAX_NORM).item()
        steps.append({"loss": total, "grad_norm": norm})
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ROWS[0]])).logits[0, -1].tolist()
    return {"base": base, "parameters": sum(p.numel() for p in trained), "extras": extras, "steps": steps, "logits": logits}

versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
settings = {"lr": LR, "betas": BETAS, "eps": EPS, "max_grad_norm": MAX_NORM, "prompt": PROMPT, "rows": ROWS}
cases = {name: run(name, *case) for name, case in CASES.items()}
fresh = {name: run(name, *case, fresh=True) for name, case in FRESH.items()}
with open("expected.json", "w") as file:
    json.dump({"versions": versions, **settings, "cases": cases, "fresh": fresh}, file, separators=(",", ":"))
    file.write("\n")
