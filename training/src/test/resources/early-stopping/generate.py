"""What transformers.Trainer with its EarlyStoppingCallback makes of curves of an evaluation: where it ends, and which
checkpoint it takes for the best. Writes trainer.json beside this file.

    python generate.py        # transformers 5.24.0, torch, accelerate

Trainer really trains, on a model of one weight, and really writes and reads its checkpoints; only the value of each
evaluation is told to it.
"""

import json
import math
import os
import random
import tempfile

import torch
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments

STEPS = 10


class OneWeight(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x, labels=None):
        return {"loss": ((self.weight * x - 1) ** 2).mean()}


class Told(Trainer):
    """Evaluates to what a curve says of the step."""

    curve = None

    def evaluate(self, *args, **kwargs):
        metrics = {"eval_score": self.curve[self.state.global_step - 1]}
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


class Interrupted(Exception):
    pass


class Interrupt(TrainerCallback):
    """Ends the process, as it were, right after a checkpoint."""

    def __init__(self, step):
        self.step = step

    def on_save(self, args, state, control, **kwargs):
        if state.global_step == self.step:
            raise Interrupted


def train(case, folder, interrupt):
    arguments = TrainingArguments(
        output_dir=folder,
        max_steps=STEPS,
        per_device_train_batch_size=1,
        eval_strategy="steps",
        eval_steps=1,
        save_strategy="steps",
        save_steps=1,
        load_best_model_at_end=True,
        metric_for_best_model="score",
        greater_is_better=case["greater"],
        restore_callback_states_from_checkpoint=True,
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
        logging_strategy="no",
    )
    callbacks = [EarlyStoppingCallback(case["patience"], case["threshold"])]
    if interrupt:
        callbacks.append(Interrupt(interrupt))
    data = [{"x": torch.ones(1), "labels": torch.ones(1)} for _ in range(STEPS)]
    trainer = Told(model=OneWeight(), args=arguments, train_dataset=data, eval_dataset=data[:1], callbacks=callbacks)
    trainer.curve = [math.nan if value is None else value for value in case["curve"]]
    try:
        trainer.train(resume_from_checkpoint=any(name.startswith("checkpoint-") for name in os.listdir(folder)))
    except Interrupted:
        return None
    state = trainer.state
    best = state.best_model_checkpoint
    return {
        "last": state.global_step,
        "best": int(best.rsplit("-", 1)[1]) if best else None,
        "metric": state.best_metric if best else None,
    }


def run(case):
    """Interrupted only before its end: Trainer takes one more step if it goes on from where it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        whole = train(case, folder, None)
    if not case["interrupt"] or case["interrupt"] >= whole["last"]:
        return {**whole, "interrupt": None}
    with tempfile.TemporaryDirectory() as folder:
        train(case, folder, case["interrupt"])
        return train(case, folder, None)


def cases():
    chance = random.Random(11)
    for number in range(64):
        # Few values, so that many are equal.
        curve = [chance.choice([1.0, 1.25, 1.5, 1.75, 2.0, 2.25]) for _ in range(STEPS)]
        if number % 4 == 3:
            curve[chance.randrange(STEPS)] = None
        if number % 16 == 7:
            curve[0] = curve[1] = None
        yield {
            "greater": number % 2 == 1,
            "patience": chance.choice([1, 2, 3]),
            "threshold": chance.choice([0.0, 0.0, 0.25, 0.3]),
            "interrupt": chance.choice([None, 1, 2, 3, 4]),
            "curve": curve,
        }


def main():
    rows = [json.dumps({**case, **run(case)}) for case in cases()]
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trainer.json")
    with open(target, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(rows) + "\n]\n")


if __name__ == "__main__":
    main()
