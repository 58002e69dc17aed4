#!/usr/bin/env python3
"""How the time of a training step grows with the number of executors: a cost model, fitted to measured runs.

    python3 docs/scaling/scaling.py               # reads measured.csv, writes the tables of scaling.md and its pictures
    python3 docs/scaling/scaling.py my-runs.csv   # the same from runs of your own; scaling.sql makes such a file

Needs nothing but Python 3.9.
"""
import csv
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
F32 = 4  # bytes of a value that travels

# What the projection assumes of machines that nobody here has: said in scaling.md.
EXECUTOR_CORES = 16
HOP = 50e-6  # seconds that a message of no size takes to the next rank, between machines
SPREAD = 0.03  # of the times of a step on machines that have nothing else to do, as a share of the mean
TOKENS = 8192  # of a rank's step
PASS = 4096  # of one of its forward and backward passes: micro_batch_size x sequence_len
FREQUENCY = 16
LEAST_BUCKET, MOST_BUCKETS = 1 << 20, 512  # as in SharedParameters
MODELS = {"1B": 1.0e9, "3B": 3.0e9, "8B": 8.0e9, "13B": 13e9, "70B": 70e9}
EXECUTORS = [8, 16, 32, 64, 128, 256, 512, 1000]
NETWORKS = {"10 Gbit/s": 10e9 / 8, "100 Gbit/s": 100e9 / 8}


def read(path):
    """Rows of measured runs, numbers as numbers."""
    with open(path, newline="") as file:
        rows = []
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            rows.append({key: value if key in ("run", "mode") else float(value) for key, value in row.items()})
    return rows


def ring_bytes(values, ranks):
    """What each rank sends to give every rank the sum of so many values: Patarasuk and Yuan 2009."""
    return 2 * (ranks - 1) / ranks * values * F32


def terms(row):
    """The unknowns' factors: seconds a token, seconds a trained value that is updated, seconds a byte sent."""
    ranks = row["ranks"]
    crowd = max(1.0, ranks / row["cores"])  # ranks that share a core take turns
    synchronous = row["mode"] == "gradient_averaging"
    updated = row["trained"] / ranks if synchronous else row["trained"]
    sent = ring_bytes(row["trained"], ranks) / (1 if synchronous else row["frequency"])
    return [crowd * row["tokens"], crowd * updated, crowd * sent]


def solve(matrix, right):
    """Gauss with the largest pivot."""
    size = len(right)
    rows = [list(matrix[i]) + [right[i]] for i in range(size)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(size):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def fit(rows):
    """Least squares of relative errors; what comes out below zero is left out and the rest fitted again."""
    used = [0, 1, 2]
    while True:
        weighted = [[terms(row)[i] / row["step_seconds"] for i in used] for row in rows]
        matrix = [[sum(w[i] * w[j] for w in weighted) for j in range(len(used))] for i in range(len(used))]
        found = solve(matrix, [sum(w[i] for w in weighted) for i in range(len(used))])
        kept = [place for place, value in zip(used, found) if value > 0]
        if len(kept) == len(used):
            costs = [0.0, 0.0, 0.0]
            for place, value in zip(used, found):
                costs[place] = value
            return costs
        used = kept


class Executor:
    """One executor of the projection, from what one core was measured to do with a model of some size."""

    def __init__(self, costs, trained):
        token, update, byte = costs
        self.flops = 6 * trained / token * EXECUTOR_CORES
        self.update = update / EXECUTOR_CORES
        self.byte = byte

    def step(self, parameters, executors, network, mode):
        """Seconds of a step, and of what of it only waits for others."""
        token = 6 * parameters / self.flops
        compute = TOKENS * token
        # A value is copied and added up by the executor's threads while the network carries another.
        byte = max(1 / network, self.byte / EXECUTOR_CORES)
        buckets = math.ceil(parameters / max(LEAST_BUCKET, parameters / MOST_BUCKETS))
        half = ring_bytes(parameters, executors) / 2 * byte + buckets * (executors - 1) * HOP
        late = SPREAD * compute * math.sqrt(2 * math.log(executors))
        if mode == "gradient_averaging":
            hidden = min(half, 2 / 3 * PASS * token)  # the last pass backward goes on meanwhile
            waits = half - hidden + half + late
            return compute + self.update * parameters / executors + waits, waits
        waits = 2 * half / FREQUENCY + late / math.sqrt(FREQUENCY)
        return compute + self.update * parameters + waits, waits

    def efficiency(self, parameters, executors, network, mode):
        """Tokens a second of each executor, as a share of one's that works alone."""
        alone = TOKENS * 6 * parameters / self.flops + self.update * parameters
        return alone / self.step(parameters, executors, network, mode)[0]


def measured_table(rows, costs):
    lines = [
        "| run | mode | ranks | tokens of a rank's step | measured s | model s | off by | share spent talking |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        model = sum(a * b for a, b in zip(terms(row), costs))
        lines.append(
            f"| {row['run']} | {row['mode']}{'' if row['mode'].startswith('grad') else ', H = %d' % row['frequency']}"
            f" | {row['ranks']:.0f} | {row['tokens']:.0f} | {row['step_seconds']:.2f} | {model:.2f}"
            f" | {100 * (model / row['step_seconds'] - 1):+.0f} % | {100 * row['communication_share']:.0f} % |"
        )
    return lines


def costs_table(costs, trained):
    token, update, byte = costs
    flops = 6 * trained / token * EXECUTOR_CORES
    return [
        "| cost | of one core | |",
        "|---|--:|---|",
        f"| a token of a step | {1e3 * token:.2f} ms | {6 * trained / token / 1e9:.0f} GFLOP/s at 6 a weight and token |",
        f"| a weight that is updated | {1e9 * update:.2f} ns | clipping, AdamW, and zeroing its gradient |",
        f"| a byte that is sent | {1e9 * byte:.2f} ns | {1e-9 / byte if byte else math.inf:.2f} GB/s, both ends and the copies on the same cores |",
        *(
            f"| talking takes as long as computing on {name} | {8 * flops / (6 * speed):,.0f} tokens | of each rank's step, in an executor of {EXECUTOR_CORES} cores |"
            for name, speed in NETWORKS.items()
        ),
    ]


def projection_table(executor):
    lines = ["| model | network | mode | " + " | ".join(f"{n:,}" for n in EXECUTORS) + " |", "|---|---|---|" + "--:|" * len(EXECUTORS)]
    for name, parameters in MODELS.items():
        for network, speed in NETWORKS.items():
            for mode in ("gradient_averaging", "parameter_averaging"):
                cells = [f"{100 * executor.efficiency(parameters, n, speed, mode):.0f}" for n in EXECUTORS]
                lines.append(f"| {name} | {network} | {mode.split('_')[0]} | " + " | ".join(cells) + " |")
    return lines


def memory_table():
    """Bytes of weights, gradients and AdamW's state on a rank; activations come on top."""
    kinds = [
        ("all weights, f32 or bf16", lambda p, n: p * (4 + 4 + 8 / n)),
        ("LoRA on bf16", lambda p, n: 2 * p + 0.006 * p * (8 + 8 / n)),
        ("QLoRA, NF4", lambda p, n: 0.53 * p + 0.006 * p * (8 + 8 / n)),
    ]
    sizes = [32, 64, 128, 256, 512, 1024]
    lines = ["| trained | model | 1 rank | 8 ranks | 64 ranks | 1,000 ranks | smallest executor at 64 |", "|---|---|--:|--:|--:|--:|--:|"]
    for kind, held in kinds:
        for name, parameters in MODELS.items():
            cells = [f"{held(parameters, n) / 1e9:,.0f} GB" for n in (1, 8, 64, 1000)]
            need = held(parameters, 64) / 1e9 * 1.15
            fits = next((f"{size} GB" for size in sizes if size >= need), "none of 1 TB")
            lines.append(f"| {kind} | {name} | " + " | ".join(cells) + f" | {fits} |")
    return lines


def picture(executor, network, speed):
    """Efficiency over executors as an SVG: a line for each model and mode."""
    width, height, left, top, right, bottom = 760, 400, 52, 36, 190, 44
    inner, tall = width - left - right, height - top - bottom
    x = lambda n: left + inner * math.log(n / EXECUTORS[0]) / math.log(EXECUTORS[-1] / EXECUTORS[0])
    y = lambda e: top + tall * (1 - e)
    colours = ["#1b6ca8", "#c8553d", "#3a7d44", "#7b4b94", "#444444"]
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{left}" y="20" font-size="14">Speed of each executor beside one alone, {network}</text>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        out.append(f'<line x1="{left}" x2="{left + inner}" y1="{y(share):.1f}" y2="{y(share):.1f}" stroke="#dddddd"/>')
        out.append(f'<text x="{left - 8}" y="{y(share) + 4:.1f}" text-anchor="end">{100 * share:.0f} %</text>')
    for n in EXECUTORS:
        out.append(f'<text x="{x(n):.1f}" y="{top + tall + 18}" text-anchor="middle">{n:,}</text>')
    out.append(f'<text x="{left + inner / 2}" y="{height - 8}" text-anchor="middle">executors of {EXECUTOR_CORES} cores</text>')
    for (name, parameters), colour in zip(MODELS.items(), colours):
        for mode, dash in (("gradient_averaging", ""), ("parameter_averaging", ' stroke-dasharray="5 4"')):
            points = " ".join(f"{x(n):.1f},{y(executor.efficiency(parameters, n, speed, mode)):.1f}" for n in EXECUTORS)
            out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
    for i, (name, colour) in enumerate(zip(MODELS, colours)):
        at = top + 12 + 18 * i
        out.append(f'<line x1="{left + inner + 16}" x2="{left + inner + 44}" y1="{at - 4}" y2="{at - 4}" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{left + inner + 52}" y="{at}">{name}</text>')
    for i, (words, dash) in enumerate((("gradients, each step", ""), (f"parameters, H = {FREQUENCY}", ' stroke-dasharray="5 4"'))):
        at = top + 12 + 18 * (len(MODELS) + 1 + i)
        out.append(f'<line x1="{left + inner + 16}" x2="{left + inner + 44}" y1="{at - 4}" y2="{at - 4}" stroke="#000000" stroke-width="2"{dash}/>')
        out.append(f'<text x="{left + inner + 52}" y="{at}">{words}</text>')
    return "\n".join(out) + "\n</svg>\n"


def put(page, name, lines):
    """The lines between the marks of that name."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, rest = page.split(begin)
    return before + begin + "\n" + "\n".join(lines) + "\n\n" + end + rest.split(end)[1]


def main(arguments):
    rows = read(arguments[0] if arguments else HERE / "measured.csv")
    costs = fit(rows)
    trained = rows[0]["trained"]
    executor = Executor(costs, trained)
    tables = {
        "measured": measured_table(rows, costs),
        "costs": costs_table(costs, trained),
        "projection": projection_table(executor),
        "memory": memory_table(),
    }
    if arguments:
        print("\n\n".join("\n".join(lines) for lines in tables.values()))
        return
    page = (HERE.parent / "scaling.md").read_text()
    for name, lines in tables.items():
        page = put(page, name, lines)
    (HERE.parent / "scaling.md").write_text(page)
    for network, speed in NETWORKS.items():
        (HERE / f"{network.split()[0]}-gbit.svg").write_text(picture(executor, network, speed))


if __name__ == "__main__":
    main(sys.argv[1:])
