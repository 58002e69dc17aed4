"""Has Airflow read the DAGs of a folder and run hone's once, and prints what came of it.

python airflow_run.py DIR < {"variables": {name: value}}
DIR/dags has the DAGs, DIR/tools programs that are found before all others.
prints: {"import_errors": {file: error}, "schedule": text, "state": of the run}
"""

import json
import os
import sys

folder = sys.argv[1]
os.environ["AIRFLOW_HOME"] = os.path.join(folder, "home")
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = os.path.join(folder, "dags")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["PATH"] = os.path.join(folder, "tools") + os.pathsep + os.environ["PATH"]
for name, value in json.load(sys.stdin)["variables"].items():
    os.environ["AIRFLOW_VAR_" + name.upper()] = value

from airflow.dag_processing.dagbag import DagBag
from airflow.utils.cli import get_bagged_dag
from airflow.utils.db import initdb

initdb()
errors = DagBag().import_errors
state = schedule = None
if not errors:
    dag = get_bagged_dag(bundle_names=None, dag_id="hone_nightly")
    schedule = dag.schedule
    state = dag.test().state
print()
print(json.dumps({"import_errors": errors, "schedule": schedule, "state": state}))
