"""Prints how well GGUF files of one model foretell a text in llama.cpp, beside llama.cpp's own quantization.

python llama_perplexity.py F16 Q4_K_M < {"text": .., "tokens": n}
  ->  {"tokens": of the text, "f16": perplexity, "q4_k_m": .., "own": that of F16 quantized to Q4_K_M by llama.cpp}
"""

import ctypes
import json
import os
import sys
import tempfile

import llama_cpp
import numpy
from llama_cpp import Llama

ROW = 512


def perplexity(file, text, most):
    llm = Llama(file, n_ctx=ROW, n_batch=ROW, n_threads=2, n_threads_batch=2, logits_all=True, verbose=False)
    ids = llm.tokenize(text.encode(), add_bos=False)[:most]
    losses = []
    for start in range(0, len(ids) - 1, ROW):
        row = ids[start : start + ROW]
        llm.reset()
        llm.eval(row)
        logits = numpy.array(llm.scores[: len(row) - 1], dtype=numpy.float64)
        largest = logits.max(1)
        norms = numpy.log(numpy.exp(logits - largest[:, None]).sum(1)) + largest
        losses.append(norms - logits[numpy.arange(len(row) - 1), row[1:]])
    return len(ids), float(numpy.exp(numpy.concatenate(losses).mean()))


def quantize(file, to):
    how = llama_cpp.llama_model_quantize_default_params()
    how.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M
    if llama_cpp.llama_model_quantize(file.encode(), to.encode(), ctypes.byref(how)) != 0:
        raise SystemExit("llama.cpp does not quantize " + file)


asked = json.load(sys.stdin)
with tempfile.TemporaryDirectory() as folder:
    own = os.path.join(folder, "own.gguf")
    quantize(sys.argv[1], own)
    files = {"f16": sys.argv[1], "q4_k_m": sys.argv[2], "own": own}
    found = {name: perplexity(file, asked["text"], asked["tokens"]) for name, file in files.items()}
print(json.dumps({"tokens": found["f16"][0], **{name: value for name, (_, value) in found.items()}}))
