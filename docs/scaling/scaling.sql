/* The finished runs of a warehouse as scaling.py reads them. `cores` are those that the ranks share, of a rank's threads each: here the
driver's machine is all there is; on a real cluster, where each rank has its own, write `ranks` for it. AdamW's state is 8 bytes a weight. */
WITH of_run AS (
  SELECT
    run_id,
    coalesce(get_json_object(config, '$.distributed.mode'), 'gradient_averaging') AS mode,
    coalesce(int(get_json_object(config, '$.distributed.averaging_frequency')), 1) AS frequency,
    coalesce(int(get_json_object(config, '$.workers')), 1) AS ranks,
    int(get_json_object(environment, '$.cores')) AS cores,
    optimizer_state_bytes
  FROM runs
  WHERE state = 'finished'
),
steps AS (
  SELECT
    run_id,
    percentile(value, 0.5) FILTER (WHERE name = 'step_seconds' AND step > 2) AS step_seconds,
    coalesce(avg(value) FILTER (WHERE name = 'communication_share' AND step > 2), 0) AS communication_share,
    max(value) FILTER (WHERE name = 'num_tokens') / max(step) AS tokens
  FROM metrics
  GROUP BY run_id
)
SELECT
  run_id AS run,
  mode,
  frequency,
  ranks,
  cores,
  bigint(optimizer_state_bytes / 8 * IF(mode = 'gradient_averaging', ranks, 1)) AS trained,
  round(tokens / ranks) AS tokens,
  round(step_seconds, 3) AS step_seconds,
  round(communication_share, 3) AS communication_share
FROM of_run JOIN steps USING (run_id)
ORDER BY mode, tokens, ranks
