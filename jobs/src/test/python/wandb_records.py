"""Reads a .wandb file with wandb's own reader, and prints its records.

python wandb_records.py FILE < settings.json (not used)
prints: [{"num": 1, "run": {...}}, ...], a record each, as protobuf's JSON has it
"""

import json
import sys

from google.protobuf.json_format import MessageToDict
from wandb.proto import wandb_internal_pb2
from wandb.sdk.internal.datastore import DataStore

store = DataStore()
store.open_for_scan(sys.argv[1])
records = []
while (data := store.scan_data()) is not None:
    record = wandb_internal_pb2.Record()
    record.ParseFromString(data)
    records.append(MessageToDict(record, preserving_proto_field_name=True))
print(json.dumps(records))
