"""hone every night, from Airflow (2.9 or newer, 3 too).

Put this file into the folder of DAGs and set the Airflow variables below, or edit the defaults:

    hone_submit   how hone is called; spark-submit with everything a night needs
    hone_config   the YAML, where the driver runs

A night that failed is gone on with by its retry, and two at once keep out of each other's way by
themselves; max_active_runs only saves the second one the look. A night with nothing new succeeds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

try:  # Airflow 3
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG
    from airflow.operators.bash import BashOperator

with DAG(
    dag_id="hone_nightly",
    description="Trains the model in use on what is new, and uses the result if it is good enough",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
    tags=["hone"],
) as dag:
    BashOperator(
        task_id="nightly",
        bash_command="exec {{ var.value.get('hone_submit', 'bin/hone') }}"
        " nightly {{ var.value.get('hone_config', 'config.yaml') }}",
        # SIGTERM makes hone write a checkpoint and end; the retry goes on from there.
        execution_timeout=timedelta(hours=6),
        append_env=True,
    )
