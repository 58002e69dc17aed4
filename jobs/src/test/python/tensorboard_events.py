"""Reads a folder of TensorBoard event files as TensorBoard does, and prints what is in it.

python tensorboard_events.py DIR < settings.json (not used)
prints: {"scalars": {tag: [[step, value], ...]}, "texts": {tag: text}}
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
events.Reload()
tags = events.Tags()
print(
    json.dumps(
        {
            "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
            "texts": {tag: events.Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in tags["tensors"]},
        }
    )
)
