"""Opens GGUF files in llama.cpp as any user would and prints what it makes of them as JSON.

python llama_answers.py < [{"file": GGUF, "texts": [..], "chats": [[{"role": .., "content": ..}, ..], ..],
                            "prompts": [[id, ..], ..], "tokens": n, "rows": [[id, ..], ..]}, ..]
  ->  [{"texts": ids of each, "chats": ids of each with the file's own template, "eos": id,
        "answers": at most n likeliest ids after each prompt, "logits": [T][V] of each row}, ..]
"""

import json
import sys

from llama_cpp import Llama
from llama_cpp.llama_chat_format import Jinja2ChatFormatter


def tokens(llm, text):
    return llm.tokenize(text.encode(), add_bos=False, special=True)


def chat(llm):
    bos, eos = (llm.detokenize([id], special=True).decode() for id in (llm.token_bos(), llm.token_eos()))
    template = Jinja2ChatFormatter(llm.metadata["tokenizer.chat_template"], eos_token=eos, bos_token=bos)
    return lambda messages: tokens(llm, template(messages=messages).prompt)


def answer(llm, prompt, longest):
    llm.reset()
    found = []
    for id in llm.generate(prompt, temp=0.0, top_k=1, repeat_penalty=1.0):
        found.append(id)
        if len(found) == longest or id == llm.token_eos():
            return found


def logits(llm, row):
    llm.reset()
    llm.eval(row)
    return llm.scores[: len(row)].tolist()


def look(asked):
    llm = Llama(asked["file"], n_ctx=512, n_threads=1, n_threads_batch=1, logits_all=bool(asked["rows"]), verbose=False)
    return {
        "texts": [tokens(llm, text) for text in asked["texts"]],
        "chats": list(map(chat(llm), asked["chats"])),
        "eos": llm.token_eos(),
        "answers": [answer(llm, prompt, asked["tokens"]) for prompt in asked["prompts"]],
        "logits": [logits(llm, row) for row in asked["rows"]],
    }


json.dump([look(asked) for asked in json.load(sys.stdin)], sys.stdout)
